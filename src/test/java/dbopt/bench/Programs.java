package dbopt.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The programs that are measured from start to end, each a process of its own on the same database. */
final class Programs {
    private final Map<String, String> environment;
    private final int port;

    Programs(BenchServer server) {
        this.environment = server.address(BenchServer.AUDITED);
        this.port = server.port();
    }

    static boolean havePsql() {
        try {
            return new ProcessBuilder("psql", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Seconds that {@code scripts/dbopt} takes. */
    double dbopt(String... arguments) throws IOException, InterruptedException {
        return dboptOn(environment, arguments);
    }

    double dboptOn(Map<String, String> address, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("scripts/dbopt"));
        command.addAll(List.of(arguments));
        return run(command, address);
    }

    /** The one object that it prints. */
    JsonNode json(Map<String, String> address, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("scripts/dbopt"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(address);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with exit code " + process.exitValue());
        }
        return JsonMapper.shared().readTree(output);
    }

    /** Undoes everything that {@code migrate} applies. */
    double undo() throws IOException, InterruptedException {
        return undoOn(environment);
    }

    double undoOn(Map<String, String> address) throws IOException, InterruptedException {
        return dboptOn(address, "undo", "--target", "2");
    }

    double maven(String goal) throws IOException, InterruptedException {
        return mavenOn(environment, goal);
    }

    double mavenOn(Map<String, String> address, String goal) throws IOException, InterruptedException {
        return run(List.of("mvn", "-B", "-q", goal), address);
    }

    /** Seconds that Flyway's own command line takes in a project; it starts as dbopt does. */
    double flywayOn(Path project, Map<String, String> address, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Path.of("target", "flyway-commandline", "lib").toAbsolutePath() + "/*",
                "org.flywaydb.commandline.Main",
                "-configFiles=db/flyway.conf",
                "-skipCheckForUpdate"));
        command.addAll(List.of(arguments));
        return run(project, command, address);
    }

    /** Seconds that a class of the benchmark takes in a process of its own, which starts as dbopt does. */
    double java(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return run(command, Map.of());
    }

    /** Seconds that psql takes for the statements, each committed by itself. */
    double psql(List<String> statements) throws IOException, InterruptedException {
        Path script = Files.createTempFile(Path.of("target", "bench"), "statements", ".sql");
        Files.writeString(script, String.join(";\n", statements) + ";\n");
        try {
            return run(
                    List.of(
                            "psql",
                            "--no-psqlrc",
                            "--quiet",
                            "--set=ON_ERROR_STOP=1",
                            "--host=localhost",
                            "--port=" + port,
                            "--username=" + BenchServer.OWNER,
                            "--dbname=" + BenchServer.AUDITED,
                            "--file=" + script),
                    Map.of());
        } finally {
            Files.delete(script);
        }
    }

    private static double run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        return run(Path.of(""), command, environment);
    }

    private static double run(Path folder, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(Path.of("target", "bench"), "output", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        int exitCode = builder.start().waitFor();
        double seconds = (System.nanoTime() - start) / 1e9;
        String output = Files.readString(log);
        Files.delete(log);
        if (exitCode != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with exit code " + exitCode + "\n" + output);
        }
        return seconds;
    }
}
