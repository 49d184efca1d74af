package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Runs the blocks of a guide on a database, and compares what they print with what the guide shows. */
public final class GuideRun {
    private final TestDatabase database;
    private final Path folder;
    private final Map<String, String> environment;

    /**
     * @param folder where the files go that the commands write
     * @param environment variables to set in addition to the address
     */
    GuideRun(TestDatabase database, Path folder, Map<String, String> environment) {
        this.database = database;
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /** Runs all commands of the block; the last ends as the guide says, the others succeed. */
    void run(Guide.Block block) {
        StringBuilder printed = new StringBuilder();
        for (String command : block.commands()) {
            boolean last = command.equals(block.commands().get(block.commands().size() - 1));
            printed.append(block.isSql() ? sql(command) : shell(command, last ? block.exitCode() : 0));
        }
        if (!block.output().isEmpty()) {
            assertShown(block.output(), printed.toString());
        }
    }

    private String sql(String statements) {
        try (Connection connection = database.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
            return "";
        } catch (SQLException e) {
            throw new AssertionError(statements + e.getMessage(), e);
        }
    }

    private String shell(String command, int exitCode) {
        if (command.startsWith("export ")) {
            return ""; // the tests have an address of their own
        }
        List<String> words = new ArrayList<>(
                Arrays.asList(command.replaceFirst(" \\| head -[0-9]+$", "").split(" ")));
        Map<String, String> set = new HashMap<>(environment);
        while (words.get(0).matches("[A-Z_]+=.*")) {
            String[] assignment = words.remove(0).split("=", 2);
            set.put(assignment[0], assignment[1]);
        }
        String program = words.remove(0);
        if (program.equals("flyway")) {
            assertThat(words.subList(0, 2)).containsExactly("-configFiles=db/flyway.conf", "-skipCheckForUpdate");
            FlywayRun run = FlywayCommandLine.stock()
                    .run(
                            Path.of("").toAbsolutePath(),
                            database,
                            set,
                            words.subList(2, words.size()).toArray(String[]::new));
            assertThat(run.exitCode()).as(command + "\n" + run.output()).isEqualTo(exitCode);
            return run.output();
        }
        assertThat(program).isEqualTo("./scripts/dbopt");
        if (!set.equals(environment)) {
            return process(command, set, words, exitCode);
        }
        CommandRun run = CommandRun.in(Path.of(""), onDatabase(set), arguments(words));
        if (command.endsWith("--fail-on critical") && run.exitCode() == 1) {
            assertAutovacuumAlone(run.output());
            return run.output();
        }
        assertThat(run.exitCode())
                .as(command + "\n" + run.output() + run.error())
                .isEqualTo(exitCode);
        return exitCode == 0 ? run.output() : run.error();
    }

    /** Flyway reads its variables from the environment of its own process. */
    private String process(String command, Map<String, String> set, List<String> arguments, int exitCode) {
        List<String> program = DboptProgram.of(List.of(), arguments.toArray(String[]::new));
        FlywayRun run = FlywayRun.start(program, Path.of("").toAbsolutePath(), database, set, UnaryOperator.identity())
                .result();
        assertThat(run.exitCode()).as(command + "\n" + run.output()).isEqualTo(exitCode);
        return run.output();
    }

    /** The server of the tests has autovacuum off, which must be the only critical finding. */
    private static void assertAutovacuumAlone(String health) {
        assertThat(health).startsWith("Act now: 1 critical,").contains("CRITICAL  Autovacuum of the server\n");
    }

    /** The arguments of a command, with this database for the embedded one and output files in the folder. */
    private String[] arguments(List<String> words) {
        return String.join(" ", words)
                .replace(" --embedded --scale 1", "")
                .replaceAll(
                        "(?<= )(before\\.json|health\\.html|health\\.jsonl|dbopt\\.prom)\\b",
                        folder.toString().replace("\\", "\\\\") + "/$1")
                .split(" ");
    }

    Map<String, String> onDatabase(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(others);
        all.putAll(database.address());
        all.putAll(environment);
        return all;
    }

    /** A line of three dots in the guide stands for any lines, or none. */
    public static void assertShown(String shown, String printed) {
        String actual = masked(printed);
        if (shown.lines().noneMatch("..."::equals)) {
            assertThat(actual).isEqualTo(masked(shown));
            return;
        }
        List<String> parts = Arrays.stream(masked(shown).split("(?m)^\\.\\.\\.\n"))
                .filter(part -> !part.isEmpty())
                .toList();
        assertThat(actual).containsSubsequence(parts);
    }

    /** The text without what differs between runs: address, sizes, times, processes and widths of columns. */
    private static String masked(String text) {
        return text.replaceAll("(Database|to) [\\w.:]+/\\w+ as \\w+", "$1 D as U")
                .replaceAll("[0-9-]{10}T[0-9:.]+Z", "TIME")
                .replaceAll("on localhost:[0-9]+/\\w+", "on D")
                .replaceAll("Connection to \\S+ refused", "Connection to D refused")
                .replaceAll("[0-9-]{10} [0-9:]{8}( UTC)?", "TIME")
                .replaceAll("\\b(by|[0-9]{4}-TIME|TIME) +(app|application)\\b", "$1 U")
                .replaceAll("(pid|process) [0-9]+ \\(\\w+", "$1 N (U")
                .replaceAll("(?<=[ (])[0-9][0-9.,]*(?=[ ;)\n])", "N")
                .replaceAll("N (kB|MB|bytes)", "SIZE")
                .replaceAll(" +", " ")
                .replaceAll("(?m) $", "");
    }
}
