package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dbopt.TestDatabase;
import dbopt.project.Drops;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An open transaction of a reader blocks V2. */
@Tag("anyversion")
@Timeout(60)
class MigrationRunTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @AutoClose
    private final Connection reader = database.connect();

    private final StringWriter printed = new StringWriter();

    @BeforeEach
    void hold_a_reading_transaction_open() throws SQLException {
        reader.setAutoCommit(false);
        try (Statement statement = reader.createStatement()) {
            statement.execute("select count(*) from metrics_commit -- the reader");
        }
    }

    private FluentConfiguration impatient() {
        return database.flyway(Map.of("concurrentlocktimeout", "1500ms"));
    }

    private MigrationRun run(Writer error, Duration... pauses) {
        DatabaseAddress address = new DatabaseAddress(
                database.url(), Optional.of(TestDatabase.OWNER), Optional.of(TestDatabase.PASSWORD));
        FluentConfiguration flyway = impatient().dataSource(address.dataSource("dbopt migrate"));
        return new MigrationRun(
                address,
                "dbopt migrate",
                "",
                flyway,
                Drops.of(flyway),
                List.of(pauses),
                List.of(pauses),
                new Terminal(new PrintWriter(Writer.nullWriter()), new PrintWriter(error), false));
    }

    @Test
    void a_migration_that_got_no_lock_is_retried_and_gets_the_lock() {
        // the reader ends as soon as the next try is announced
        Writer error = new StringWriter() {
            @Override
            public void write(String text, int offset, int length) {
                super.write(text, offset, length);
                if (text.contains("Trying again")) {
                    endReader();
                }
            }
        };
        MigrationRun run = run(error, Duration.ofMillis(10));
        run.run(true, false);
        assertThat(error.toString())
                .contains("V2__drop_commit_pr_idx.sql did not succeed: canceling statement due to lock timeout."
                        + " It waited for pid ")
                .contains("): select count(*) from metrics_commit -- the reader. Trying again in 0 s (1 of 1).")
                .contains("Waiting for pid ");
        assertThat(database.indexes()).hasSize(97).noneMatch(index -> index.endsWith("INVALID"));
        assertThat(database.history()).hasSize(9).allMatch(row -> row.endsWith("| t"));
    }

    private void endReader() {
        try {
            reader.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void after_the_last_try_the_message_names_the_blocking_session_and_a_rerun_continues() {
        CommandFailure failure = catchThrowableOfType(
                CommandFailure.class, () -> run(printed, Duration.ofMillis(10)).run(true, false));
        assertThat(failure.kind()).isEqualTo(CommandFailure.Kind.FAILED);
        assertThat(failure.getMessage().replaceAll("pid [0-9]+", "pid N").replaceAll("for [0-9]+ s", "for N s"))
                .isEqualTo(
                        """
                        V2__drop_commit_pr_idx.sql failed (2 tries): canceling statement due to lock timeout
                        It waited for pid N (application, idle in transaction, transaction open for N s): select count(*) from metrics_commit -- the reader
                        public.commit_pr_idx is left invalid: no query uses it, but every write still maintains it.
                        The next dbopt migrate drops it. To make it valid again instead: REINDEX INDEX CONCURRENTLY public.commit_pr_idx;
                        Every earlier migration stays applied, and is not run again. To go on: dbopt migrate. To see what is applied: dbopt info.""");
        assertThat(database.history()).containsExactly("1 | BASELINE | audited schema | t");

        endReader();
        run(printed).run(true, false);
        assertThat(database.indexes()).hasSize(97).noneMatch(index -> index.endsWith("INVALID"));
    }

    @Test
    void stock_flyway_refuses_to_continue_until_repair_and_dbopt_continues_at_once() {
        FlywayException first = catchThrowableOfType(
                FlywayException.class, () -> impatient().load().migrate());
        assertThat(first).hasMessageContaining("canceling statement due to lock timeout");
        assertThat(database.history()).endsWith("2 | SQL | V2__drop_commit_pr_idx.sql | f");
        endReader();
        FlywayException second = catchThrowableOfType(
                FlywayException.class, () -> impatient().load().migrate());
        assertThat(second).hasMessageContaining("Detected failed migration to version 2 (drop commit pr idx)");

        run(printed).run(true, false);

        assertThat(printed.toString())
                .startsWith(
                        "Version 2 failed in an earlier run; it can be repeated, so its failed entry in the schema history is removed.");
        assertThat(database.history()).hasSize(9).allMatch(row -> row.endsWith("| t"));
    }

    @Test
    void stock_flyway_continues_after_repair() {
        assertThatThrownBy(() -> impatient().load().migrate()).isInstanceOf(FlywayException.class);
        endReader();
        impatient().load().repair();
        assertThat(impatient().load().migrate().success).isTrue();
        assertThat(database.indexes()).hasSize(97).noneMatch(index -> index.endsWith("INVALID"));
    }
}
