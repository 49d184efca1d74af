package dbopt.maintain;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A large TOAST table: a role with the right rebuilds its index; leftovers of a killed rebuild are dropped. */
@Tag("faults")
@Tag("long")
@Timeout(600)
class ReindexToastTest {
    /** Where the rebuild waits, as in {@link ReindexFaultsTest.Phase}; whoever writes a long value holds the TOAST table. */
    enum Phase {
        BEFORE_THE_BUILD("_ccnew"),
        BEFORE_THE_SWAP("_ccnew"),
        AFTER_THE_SWAP("_ccold");

        private final String leftover;

        Phase(String leftover) {
            this.leftover = leftover;
        }
    }

    private static final String WRITE = "insert into notes (id, c1) values (0, repeat('x', 5000))";
    private static final String OLD_SNAPSHOT = "set transaction isolation level repeatable read; select 1";

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    private Path file;
    private String index;

    private static final int COLUMNS = 14;

    /** A million short values, each by itself in TOAST: its index takes 21 MB, of which a tenth is needed after the deletes. */
    @BeforeEach
    void bloatedIndex() {
        file = folder.resolve("rebuilds.jsonl");
        database.run(
                "create table notes (id int not null, " + columns("c%d text") + ") with (toast_tuple_target = 128)",
                "alter table notes " + columns("alter c%d set storage external"),
                "insert into notes select n, " + columns("repeat(md5(n::text), 5)")
                        + " from generate_series(1, 70000) n",
                "delete from notes where id % 10 <> 0");
        database.run("vacuum analyze notes");
        database.awaitCounters("relname = 'notes' and n_dead_tup = 0 and last_analyze is not null");
        index = database.query(
                        "select i.indexrelid::regclass from pg_class c join pg_index i on i.indrelid = c.reltoastrelid"
                                + " where c.oid = 'notes'::regclass")
                .get(0);
        assertThat(megabytes(index)).isGreaterThan(15);
    }

    private static String columns(String each) {
        return IntStream.rangeClosed(1, COLUMNS).mapToObj(each::formatted).collect(joining(", "));
    }

    private double megabytes(String relation) {
        return Double.parseDouble(database.query("select pg_relation_size('" + relation + "') / 1048576.0")
                .get(0));
    }

    private Map<String, String> superuser() {
        return Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", "postgres", "FLYWAY_PASSWORD", "postgres");
    }

    private String[] command() {
        return new String[] {"maintain", "--reindex", "--rebuilds", file.toString(), "--reindex-lock-timeout", "60s"};
    }

    private List<String> invalid() {
        return database.query("select indexrelid::regclass from pg_index where not indisvalid order by 1");
    }

    @Test
    void the_owner_is_informed_that_it_is_not_allowed_to_rebuild_a_toast_index() {
        CommandRun run = CommandRun.on(database, command());
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output()).contains(index).contains("this role may not use the schema pg_toast");
        assertThat(megabytes(index)).isGreaterThan(15);
    }

    @ParameterizedTest
    @EnumSource
    void the_same_command_drops_the_leftover_of_a_killed_rebuild_in_toast(Phase phase) throws Exception {
        try (Connection first = database.connect();
                Connection second = database.connect()) {
            second.setAutoCommit(false);
            open(first, phase == Phase.BEFORE_THE_BUILD ? WRITE : OLD_SNAPSHOT);
            Process process = start();
            waiting(phase == Phase.BEFORE_THE_BUILD ? "waiting for writers before build" : "waiting for old snapshots");
            if (phase == Phase.AFTER_THE_SWAP) {
                open(second, WRITE);
                first.rollback();
                waiting("waiting for readers before marking dead");
            }
            String pid = database.query(
                            "select pid from pg_stat_progress_create_index where datname = current_database()")
                    .get(0);
            process.destroyForcibly().waitFor();
            database.runAsSuperuser("select pg_terminate_backend(" + pid + ")");
            Await.until(
                    () -> database.query("select 1 from pg_stat_activity where pid = " + pid)
                            .isEmpty(),
                    () -> "the session to end");
            first.rollback();
            second.rollback();
        }
        assertThat(database.query("select indisvalid from pg_index where indexrelid = '" + index + "'::regclass"))
                .containsExactly("t");
        assertThat(invalid()).containsExactly(index + phase.leftover);
        CommandRun run = CommandRun.with(superuser(), command());
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.error()).contains("Dropped " + index + phase.leftover);
        assertThat(invalid()).isEmpty();
        assertThat(megabytes(index)).isLessThan(4);
        assertThat(Files.readString(file)).contains("CLEARED");
    }

    private static void open(Connection connection, String statement) throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement().execute(statement);
    }

    private void waiting(String phase) {
        String query = "select p.pid from pg_stat_progress_create_index p join pg_stat_activity a on a.pid = p.pid"
                + " where p.datname = current_database() and a.wait_event_type = 'Lock' and p.relid::regclass::text like 'pg_toast%'"
                + " and p.phase = '" + phase + "'";
        Await.until(() -> !database.query(query).isEmpty(), () -> phase);
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(DboptProgram.of(List.of(), command()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().putAll(superuser());
        return builder.start();
    }
}
