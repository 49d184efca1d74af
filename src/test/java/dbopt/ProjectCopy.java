package dbopt;

import static java.util.Comparator.reverseOrder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A project of its own, which a test may change. */
public final class ProjectCopy {
    private ProjectCopy() {}

    /**
     * Copies the folder {@code db} of one project into the folder of another, which need not be there: what belongs to the
     * {@link AuditedProject}.
     */
    public static void of(Path project, Path folder) {
        try (Stream<Path> files = Files.walk(project.resolve("db"))) {
            for (Path file : files.filter(AuditedProject::holds).toList()) {
                Path copy = folder.resolve(project.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
