package dbopt.migrate;

import dbopt.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The example application, run by the system's Python with its Django. */
final class DjangoApplication {
    static final Path EXAMPLE = Path.of("src/test/django");

    private static final String PYTHON = "/usr/bin/python3";

    private final Path folder;
    private final TestDatabase database;

    DjangoApplication(Path folder, TestDatabase database) {
        this.folder = folder;
        this.database = database;
    }

    /** One run of {@code manage.py}: how it ended, and what it wrote to both outputs. */
    record Run(int exitCode, String output) {}

    /** Whether there is a Python with what the application needs. */
    static boolean isPossible() {
        return Files.isExecutable(Path.of(PYTHON))
                && run(Path.of(""), "", "-c", "import django, psycopg2").exitCode() == 0;
    }

    Run manage(String... arguments) {
        List<String> command = new ArrayList<>(List.of("manage.py"));
        command.addAll(List.of(arguments));
        return run(folder, url(database), command.toArray(String[]::new));
    }

    /** The address as Heroku writes it. */
    static String url(TestDatabase database) {
        String password =
                URLEncoder.encode(TestDatabase.PASSWORD, StandardCharsets.UTF_8).replace("+", "%20");
        return "postgres://" + TestDatabase.OWNER + ":" + password + "@"
                + database.url().substring("jdbc:postgresql://".length()) + "?sslmode=disable";
    }

    private static Run run(Path folder, String url, String... arguments) {
        List<String> program = new ArrayList<>(List.of(PYTHON));
        program.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(program).directory(folder.toAbsolutePath().toFile());
        builder.redirectErrorStream(true);
        builder.environment().put("DATABASE_URL", url);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (InputStream output = process.getInputStream()) {
                String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
                return new Run(process.waitFor(), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
