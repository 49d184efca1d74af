package dbopt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One run of Flyway in a process of its own: how it ended, and what it wrote to both outputs. */
public record FlywayRun(int exitCode, String output) {
    /** Runs the program in the folder that holds {@code db}, on this database, whose address it finds in the environment. */
    static FlywayRun of(List<String> program, Path project, TestDatabase database, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(program).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("FLYWAY_") || name.startsWith("MAVEN_"));
        builder.environment().putAll(environment);
        builder.environment().put("FLYWAY_URL", database.url());
        builder.environment().put("FLYWAY_USER", TestDatabase.OWNER);
        builder.environment().put("FLYWAY_PASSWORD", TestDatabase.PASSWORD);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (InputStream output = process.getInputStream()) {
                String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
                return new FlywayRun(process.waitFor(), text.replace("\r\n", "\n"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A program of the Java that runs the tests. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
