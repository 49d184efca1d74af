package dbopt;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The official Flyway command line, which the build puts together in {@code target}; stock Flyway unless given a jar. */
public final class FlywayCommandLine {
    private static final Path LIBRARIES =
            Path.of("target", "flyway-commandline", "lib").toAbsolutePath();

    private final List<Path> jars;

    private FlywayCommandLine(List<Path> jars) {
        this.jars = List.copyOf(jars);
    }

    public static FlywayCommandLine stock() {
        return new FlywayCommandLine(List.of());
    }

    /** With these jars or folders of classes, as the variable CLASSPATH of the official distribution adds them. */
    public static FlywayCommandLine with(Path... jars) {
        return new FlywayCommandLine(List.of(jars));
    }

    /** Runs {@code flyway -configFiles=db/flyway.conf} with the arguments, from the folder that holds {@code db}. */
    public FlywayRun run(Path project, TestDatabase database, String... arguments) {
        return run(project, database, Map.of(), arguments);
    }

    /** Runs {@code flyway} with the arguments and these environment variables. */
    public FlywayRun run(Path project, TestDatabase database, Map<String, String> environment, String... arguments) {
        return start(project, database, environment, arguments).result();
    }

    /** Starts {@code flyway} with the arguments, without waiting for its end. */
    public FlywayProcess start(
            Path project, TestDatabase database, Map<String, String> environment, String... arguments) {
        if (!Files.isDirectory(LIBRARIES)) {
            throw new IllegalStateException(
                    "There is no Flyway command line in %s yet: mvn generate-test-resources".formatted(LIBRARIES));
        }
        List<String> program = new ArrayList<>(List.of(
                FlywayRun.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-classpath",
                classpath(),
                "org.flywaydb.commandline.Main",
                "-configFiles=db/flyway.conf",
                "-skipCheckForUpdate"));
        program.addAll(List.of(arguments));
        return FlywayRun.start(program, project, database, environment, UnaryOperator.identity());
    }

    private String classpath() {
        List<String> entries = new ArrayList<>();
        jars.forEach(jar -> entries.add(jar.toAbsolutePath().toString()));
        entries.add(LIBRARIES.resolve("*").toString());
        return String.join(File.pathSeparator, entries);
    }
}
