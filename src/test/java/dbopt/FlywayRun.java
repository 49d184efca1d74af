package dbopt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One run of Flyway in a process of its own: how it ended, and what it wrote to both outputs. */
public record FlywayRun(int exitCode, String output) {
    /** Starts the program in the folder that holds {@code db}, on this database, whose address it finds in the environment. */
    static FlywayProcess start(
            List<String> program,
            Path project,
            TestDatabase database,
            Map<String, String> environment,
            UnaryOperator<String> tidied) {
        ProcessBuilder builder =
                new ProcessBuilder(program).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("FLYWAY_") || name.startsWith("MAVEN_"));
        builder.environment().putAll(environment);
        builder.environment().putAll(database.address());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new FlywayProcess(process, tidied);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program of the Java that runs the tests. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
