package dbopt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A project of its own, which a test may change. */
public final class ProjectCopy {
    private ProjectCopy() {}

    /** Copies the folder {@code db} of one project into the folder of another, which need not be there. */
    public static void of(Path project, Path folder) {
        try (Stream<Path> files = Files.walk(project.resolve("db"))) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(project.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
