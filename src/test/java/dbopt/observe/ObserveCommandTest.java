package dbopt.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import dbopt.evidence.IndexCounters;
import dbopt.evidence.Observation;
import dbopt.evidence.ObservationReader;
import dbopt.evidence.TableCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What observe writes, on one server. */
class ObserveCommandTest {
    @TempDir
    private Path folder;

    private TestDatabase database;
    private Path file;

    @BeforeEach
    void make() {
        database = TestDatabase.empty();
        database.run(
                "create table t (a int, \"B b\" text)",
                "create index t_a on t (a)",
                "create index \"T b\" on t (lower(\"B b\")) where a > 0",
                "insert into t select n, n from generate_series(1, 500) n");
        database.awaitCounters("relname = 't' and n_tup_ins = 500");
        file = folder.resolve("observations.jsonl");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private CommandRun observe() {
        return CommandRun.on(database, "observe", file.toString());
    }

    private List<Observation> observations(List<String> warnings) {
        List<Observation> found = new ArrayList<>();
        ObservationReader.read(file, found::add, warnings::add);
        return found;
    }

    private List<Observation> observations() {
        List<String> warnings = new ArrayList<>();
        List<Observation> found = observations(warnings);
        assertThat(warnings).isEmpty();
        return found;
    }

    @Test
    void the_first_observation_contains_everything_and_later_ones_only_changes() throws IOException {
        CommandRun first = observe();
        assertThat(first.exitCode()).as(first.error()).isZero();
        assertThat(first.output())
                .matches(
                        "localhost:[0-9]+/%s: primary, timeline [0-9]+; 1 table, 2 indexes, no statements \\(the extension pg_stat_statements is not installed in this database\\); [0-9]+ (bytes|kB) added\n"
                                .formatted(database.name()));
        assertThat(observe().exitCode()).isZero();
        assertThat(Files.readAllLines(file).get(1)).contains("\"indexes\":[],").doesNotContain("t_a");

        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            statement.execute("set enable_seqscan = off");
            statement.execute("set enable_bitmapscan = off");
            statement.execute("select count(*) from t where a = 7");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        database.awaitCounters("relname = 't' and idx_scan > 0");
        database.run("drop index \"T b\"");
        assertThat(observe().exitCode()).isZero();
        assertThat(Files.readAllLines(file).get(2)).contains("\"scans\":1").doesNotContain("CREATE INDEX");

        List<Observation> all = observations();
        assertThat(all).hasSize(3);
        assertThat(all.get(0))
                .usingRecursiveComparison()
                .ignoringFields("state.at")
                .isEqualTo(all.get(1));
        assertThat(all.get(0).indexes())
                .extracting(IndexCounters::index, IndexCounters::table, IndexCounters::scans)
                .contains(tuple("t_a", "t", 0L), tuple("T b", "t", 0L));
        assertThat(all.get(0).indexes())
                .extracting(IndexCounters::definition)
                .contains("CREATE INDEX \"T b\" ON public.t USING btree (lower(\"B b\")) WHERE (a > 0)");
        assertThat(all.get(2).indexes())
                .extracting(IndexCounters::index, IndexCounters::scans)
                .containsExactly(tuple("t_a", 1L));
        assertThat(all.get(2).tables())
                .extracting(TableCounters::table, TableCounters::inserted, TableCounters::indexScans)
                .containsExactly(tuple("t", 500L, 1L));
        assertThat(all.get(2).state().at()).isAfterOrEqualTo(all.get(1).state().at());
        assertThat(all.get(2).state().recovery()).isFalse();
    }

    /** Each change alters the text of a definition, but not always the index. */
    @Test
    void recorded_definitions_match_the_catalog_whatever_changed_since_the_last_observation() {
        database.run(
                "create schema other",
                "create function other.twice(int) returns int immutable language sql as 'select 2 * $1'",
                "create collation other.named (provider = libc, locale = 'C')",
                "create index t_twice on t (other.twice(a))",
                "create index t_named on t (\"B b\" collate other.named)");
        observe();
        for (String change : List.of(
                "alter index t_a rename to t_first",
                "alter table t rename column a to first",
                "alter table t rename to renamed",
                "alter table renamed set schema other",
                "alter schema other rename to another",
                "alter function another.twice(int) rename to double",
                "alter collation another.named rename to other_name",
                "alter index another.t_first set (fillfactor = 70)",
                "reindex index concurrently another.t_first",
                "drop index another.t_first; create index t_first on another.renamed (first desc)")) {
            database.run(change);
            observe();
            List<Observation> all = observations();
            assertThat(all.get(all.size() - 1).indexes())
                    .as(change)
                    .extracting(IndexCounters::definition)
                    .containsExactlyInAnyOrderElementsOf(
                            database.query(
                                    "select pg_get_indexdef(indexrelid) from pg_stat_user_indexes, (select set_config('search_path', '', false)) s"));
        }
    }

    @Test
    void a_locked_table_is_not_waited_for_and_only_its_new_or_computed_data_is_left_out() throws SQLException {
        observe();
        database.run(
                "create index t_new on t (a, \"B b\")",
                "create table other (a int)",
                "create index other_a on other (a)");
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("lock table t");
            CommandRun run = observe();
            assertThat(run.exitCode()).as(run.error()).isZero();
        }
        assertThat(observations().get(1).indexes())
                .extracting(IndexCounters::index)
                .containsExactlyInAnyOrder("t_a", "other_a");
    }

    @Test
    void reports_which_schemas_are_equal_or_deviate_and_counts_each() throws IOException {
        for (String schema : List.of("t1", "t2", "\"T 3\"", "t4", "apart")) {
            database.run(
                    "create schema " + schema,
                    "create table %s.orders (id int primary key, day date)".formatted(schema),
                    "create index orders_day on %s.orders (day)".formatted(schema));
        }
        database.run(
                "drop index t4.orders_day",
                "alter table apart.orders rename to t",
                "alter index apart.orders_day rename to t_day");
        String told = observe().output();
        assertThat(told.substring(told.indexOf('\n') + 1))
                .isEqualTo(
                        """
                        3 equal schemas, each counted by itself, judged as one by dbopt audit --evidence: T 3, t1, t2
                          nearly equal: t4, which lacks the index orders_day of orders
                        """);
        assertThat(observations().get(0).indexes())
                .extracting(IndexCounters::schema, IndexCounters::index)
                .contains(tuple("T 3", "orders_day"), tuple("t1", "orders_day"), tuple("t2", "orders_day"));

        Path many = Files.writeString(folder.resolve("databases.txt"), "app " + database.url() + "\n");
        CommandRun each =
                CommandRun.on(database, "observe", folder.resolve("many").toString(), "--databases", many.toString());
        assertThat(each.output()).containsPattern("\napp +localhost:.* added; 3 equal schemas, 1 nearly equal\n");
    }

    @Test
    void an_incomplete_line_is_reported_and_the_next_builds_on_the_last_complete_one() throws IOException {
        observe();
        observe();
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() - 60));

        CommandRun after = observe();
        assertThat(after.exitCode()).as(after.error()).isZero();
        assertThat(after.error())
                .contains(
                        "WARNING: line 2 of " + file
                                + " is not a complete observation and is skipped: writing it was interrupted, or it was edited.\n");
        List<String> warnings = new ArrayList<>();
        assertThat(observations(warnings)).hasSize(2);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void after_a_lost_line_changes_are_not_guessed_and_the_next_observation_is_complete() throws IOException {
        for (int look = 0; look < 3; look++) {
            observe();
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(1);
        Files.write(file, lines);

        List<String> warnings = new ArrayList<>();
        assertThat(observations(warnings)).hasSize(1);
        assertThat(warnings)
                .singleElement()
                .asString()
                .matches(
                        "WARNING: line 2 of .* holds changes since a line that does not precede it in the file, and is skipped\\.");
        observe();
        assertThat(observations(new ArrayList<>())).hasSize(2);
        assertThat(Files.readAllLines(file).get(2)).contains("t_a");
    }

    @Test
    void health_can_keep_its_history_in_the_same_file() {
        observe();
        CommandRun health = CommandRun.on(database, "health", "--history", file.toString());
        assertThat(health.exitCode()).as(health.error()).isZero();
        assertThat(health.error()).doesNotContain("WARNING");
        assertThat(observe().exitCode()).isZero();
        assertThat(observations()).hasSize(2);
        assertThat(CommandRun.on(database, "health", "--history", file.toString())
                        .error())
                .doesNotContain("WARNING");
    }

    @Test
    void a_file_of_another_database_is_refused_and_nothing_is_written() throws IOException {
        observe();
        byte[] before = Files.readAllBytes(file);
        try (TestDatabase other = TestDatabase.empty()) {
            CommandRun run = CommandRun.on(other, "observe", file.toString());
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.error())
                    .contains("These addresses are not the same database of one cluster:\n")
                    .contains("database " + other.name() + ": localhost:")
                    .endsWith("\nNothing was written. Use a file for each of them.\n");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_node_that_does_not_answer_is_reported_and_the_others_are_observed() {
        CommandRun run = CommandRun.on(
                database, "observe", file.toString(), "--node", "jdbc:postgresql://localhost:1/" + database.name());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.error()).contains("Cannot connect to localhost:1/" + database.name(), "(from --node)");
        assertThat(observations()).hasSize(1);
    }

    @Test
    void a_file_without_observations_is_reported() throws IOException {
        Files.writeString(file, "something else\n");
        CommandRun run = observe();
        assertThat(run.error()).contains("WARNING: line 1 of " + file);
        Files.writeString(file, "{\"at\": \"2026-01-01T00:00:00Z\"}\n", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(CommandRun.on(database, "observe", folder.toString()).exitCode())
                .isEqualTo(2);
    }

    @Test
    void a_role_that_can_only_connect_observes_and_no_empty_file_is_left() {
        CommandRun run = CommandRun.with(Map.of(), "observe", file.toString(), "--url", database.urlOfStranger());
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(observations()).hasSize(1);
        Path none = folder.resolve("none");
        CommandRun refused =
                CommandRun.with(Map.of(), "observe", none.toString(), "--url", "jdbc:postgresql://localhost:1/x");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(none).doesNotExist();
    }

    @Test
    void anything_but_a_regular_file_is_refused_and_left_unchanged() throws Exception {
        new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
        CommandRun run = observe();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .contains("The file of observations " + file
                        + " cannot be used: it is not a regular file.\nNothing was observed.");
        assertThat(file).exists();
        for (String[] command :
                new String[][] {{"health", "--history", file.toString()}, {"audit", "--evidence", file.toString()}}) {
            CommandRun read = CommandRun.on(database, command);
            assertThat(read.exitCode()).isEqualTo(2);
            assertThat(read.error()).contains("it is not a regular file");
        }
    }

    @Test
    void an_existing_empty_file_stays_if_nothing_was_observed() throws IOException {
        Files.createFile(file);
        Map<String, String> nowhere =
                Map.of("FLYWAY_URL", "jdbc:postgresql://localhost:1/none", "FLYWAY_USER", "nobody");
        assertThat(CommandRun.with(nowhere, "observe", file.toString()).exitCode())
                .isEqualTo(3);
        assertThat(file).isEmptyFile();
        Files.delete(file);
        assertThat(CommandRun.with(nowhere, "observe", file.toString()).exitCode())
                .isEqualTo(3);
        assertThat(file).doesNotExist();
    }
}
