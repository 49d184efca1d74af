package dbopt;

import dbopt.project.MigrationProject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The migrations of the audit's plan, V1 to V8, in a folder of their own. The tests of the tool run on them: a pair that is
 * added to the repository later changes nothing here. Only the tests of the pairs and of the guides read {@code db} itself.
 */
public final class AuditedProject {
    private static final int LAST_VERSION = 8;
    private static final Pattern VERSIONED = Pattern.compile("[VU](\\d+)__.*");
    private static final Path FOLDER = copy();

    private AuditedProject() {}

    /** The folder that holds {@code db}. */
    public static Path folder() {
        return FOLDER;
    }

    public static MigrationProject project() {
        return MigrationProject.find(FOLDER, null);
    }

    /** Whether a file of the repository belongs to the plan. */
    static boolean holds(Path file) {
        Matcher versioned = VERSIONED.matcher(file.getFileName().toString());
        return !versioned.matches() || Integer.parseInt(versioned.group(1)) <= LAST_VERSION;
    }

    private static Path copy() {
        try {
            Path folder = Files.createTempDirectory("audited");
            ProjectCopy.of(Path.of(""), folder);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> ProjectCopy.delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
