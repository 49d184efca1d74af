package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.project.Drops;
import dbopt.project.MigrationProject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command of the guide for those on call, on a database in the state that its section is about. */
@Tag("entrypoints")
@Timeout(180)
class OnCallGuideTest {
    private static final Path GUIDE = Path.of("dev/guides/ON-CALL.md");
    private static final Path REPOSITORY = Path.of("");
    private static final int DROPS =
            Drops.of(MigrationProject.find(REPOSITORY, null).flyway()).size();

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private final List<String> audited = database.indexes();

    /** Each runs Flyway's command line several times. */
    private static final String SLOW = "Flyway alone stops";

    static Stream<String> sections() {
        return Guide.blocks(GUIDE).stream()
                .map(Guide.Block::section)
                .distinct()
                .filter(section -> !section.equals(SLOW));
    }

    @Tag("long")
    @Test
    void can_be_followed_with_flyway_alone() throws Exception {
        can_be_followed(SLOW);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sections")
    void can_be_followed(String section) throws Exception {
        List<Guide.Block> blocks = Guide.blocks(GUIDE).stream()
                .filter(block -> block.section().equals(section))
                .toList();
        switch (section) {
            case "Look first" -> {
                dbopt("migrate");
                run(Map.of(), blocks);
            }
            case "Take the indexes back" -> {
                dbopt("migrate");
                run(Map.of(), blocks);
                assertThat(database.indexes()).isEqualTo(audited);
            }
            case "It waits" -> itWaits(blocks.get(0), blocks.get(1));
            case "It was interrupted" -> {
                dbopt("migrate");
                cutOffAnUndo();
                run(Map.of(), blocks);
                assertThat(database.indexes()).isEqualTo(audited);
            }
            case "The guard refused" -> {
                database.run(
                        "drop index commit_author_date_idx",
                        "create index commit_author_date_idx on metrics_commit (author_id desc, committed_at)");
                run(Map.of(), blocks);
            }
            case "A dropped index exists again" -> {
                dbopt("migrate");
                database.run("create index commit_pr_idx on metrics_commit (pull_request_id)");
                run(Map.of(), blocks);
            }
            case "Flyway alone stops" -> {
                for (Guide.Block wayOut : blocks.subList(1, blocks.size())) {
                    try (TestDatabase another = TestDatabase.audited()) {
                        failUnderFlyway(another);
                        new GuideRun(another, folder, Map.of()).run(blocks.get(0));
                        new GuideRun(another, folder, Map.of()).run(wayOut);
                        assertThat(another.indexes()).hasSize(audited.size() - DROPS);
                    }
                }
            }
            case "It cannot connect" -> run(
                    Map.of("FLYWAY_URL", "jdbc:postgresql://localhost:" + unusedPort() + "/app"), blocks);
            case "The comparison of plans failed" -> {
                dbopt("plans", "record", folder.resolve("before.json").toString());
                dbopt("migrate");
                run(Map.of(), blocks);
            }
            case "An invalid index" -> run(Map.of(), blocks);
            default -> throw new AssertionError("No state is known in which the commands of this section are run");
        }
    }

    private void run(Map<String, String> environment, List<Guide.Block> blocks) {
        blocks.forEach(new GuideRun(database, folder, environment)::run);
    }

    private void dbopt(String... arguments) {
        CommandRun run = CommandRun.in(REPOSITORY, database, arguments);
        assertThat(run.exitCode()).as(run.error()).isZero();
    }

    /** Does what the guide says: reads which session the migration waits for, and ends that session. */
    private void itWaits(Guide.Block waits, Guide.Block ends) throws Exception {
        try (Connection ignored = reader(database)) {
            StringWriter printed = new StringWriter();
            CompletableFuture<Integer> migrate =
                    inBackground(printed, waits.commands().get(0));
            Pattern waiting = Pattern.compile("Waiting for pid ([0-9]+) .*\n");
            Await.until(() -> waiting.matcher(printed.toString()).find(), () -> "what it waits for:\n" + printed);
            Matcher line = waiting.matcher(printed.toString());
            assertThat(line.find()).isTrue();
            GuideRun.assertShown(waits.output(), line.group());
            database.run(ends.commands().get(0).replaceAll("[0-9]+", line.group(1)));
            assertThat(migrate.get(60, TimeUnit.SECONDS)).as(printed.toString()).isZero();
        }
        assertThat(database.indexes()).hasSize(audited.size() - DROPS);
    }

    private void cutOffAnUndo() throws Exception {
        try (Connection ignored = reader(database)) {
            CompletableFuture<Integer> undo = inBackground(new StringWriter(), "./scripts/dbopt undo --target 2");
            String builders =
                    "from pg_stat_progress_create_index where datname = current_database() and phase like 'waiting%'";
            Await.until(() -> !database.query("select 1 " + builders).isEmpty(), () -> "a build to wait");
            database.runAsSuperuser("select pg_terminate_backend(pid) " + builders);
            assertThat(undo.get(60, TimeUnit.SECONDS)).isEqualTo(4);
        }
        assertThat(database.indexes())
                .filteredOn(index -> index.endsWith(" INVALID"))
                .hasSize(1);
    }

    private void failUnderFlyway(TestDatabase another) throws SQLException {
        try (Connection ignored = reader(another)) {
            FlywayRun run = FlywayCommandLine.stock()
                    .run(
                            Path.of("").toAbsolutePath(),
                            another,
                            Map.of("FLYWAY_PLACEHOLDERS_CONCURRENTLOCKTIMEOUT", "300ms"),
                            "migrate");
            assertThat(run.output()).contains("canceling statement due to lock timeout");
        }
    }

    /** Keeps a transaction open that has read the commits. */
    private static Connection reader(TestDatabase database) throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select count(*) from metrics_commit");
        }
        return connection;
    }

    private CompletableFuture<Integer> inBackground(StringWriter printed, String command) {
        String[] words = command.split(" ", -1);
        List<String> arguments = new ArrayList<>(List.of(words).subList(1, words.length));
        Map<String, String> environment = new GuideRun(database, folder, Map.of()).onDatabase(Map.of());
        return CompletableFuture.supplyAsync(
                () -> CommandRun.telling(
                                REPOSITORY, new PrintWriter(printed), environment, arguments.toArray(String[]::new))
                        .exitCode(),
                task -> new Thread(task).start());
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
