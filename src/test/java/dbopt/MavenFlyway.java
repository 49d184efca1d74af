package dbopt;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flyway's Maven plugin as the pom configures it, in a build of its own, with the Maven that runs the tests. */
public final class MavenFlyway {
    private MavenFlyway() {}

    /**
     * Runs the goals, such as {@code flyway:migrate}, in the folder that holds the pom and {@code db}. The output is
     * without Maven's level before each line.
     */
    public static FlywayRun run(Path project, TestDatabase database, String... goals) {
        return start(project, database, Map.of(), goals).result();
    }

    /** Starts the goals with these environment variables, without waiting for the end. */
    public static FlywayProcess start(
            Path project, TestDatabase database, Map<String, String> variables, String... goals) {
        List<String> program =
                new ArrayList<>(List.of(maven(), "--batch-mode", "--no-transfer-progress", "-Dstyle.color=never"));
        Optional.ofNullable(System.getProperty("maven.repo.local"))
                .ifPresent(repository -> program.add("-Dmaven.repo.local=" + repository));
        program.addAll(List.of(goals));
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        return FlywayRun.start(
                program,
                project,
                database,
                environment,
                output -> output.replaceAll("(?m)^\\[(INFO|WARNING|ERROR)] ?", ""));
    }

    private static String maven() {
        String program = File.separatorChar == '\\' ? "mvn.cmd" : "mvn";
        return Optional.ofNullable(System.getProperty("maven.home"))
                .map(home -> Path.of(home, "bin", program).toString())
                .orElse(program);
    }
}
