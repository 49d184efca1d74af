package dbopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands do behind a real PgBouncer. */
@Tag("entrypoints")
@Timeout(180)
class PgBouncerTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @BeforeAll
    static void demandPgBouncer() {
        boolean installed = PgBouncer.isPossible();
        if (!installed) {
            System.out.println("There is no /usr/sbin/pgbouncer (apt-get install pgbouncer): "
                    + "what the commands do behind a pooler is NOT tested.");
        }
        assumeTrue(installed, "no pgbouncer");
    }

    private static CommandRun through(PgBouncer pooler, String... arguments) {
        return CommandRun.with(
                Map.of("FLYWAY_URL", pooler.url(), "FLYWAY_USER", TestDatabase.OWNER, "FLYWAY_PASSWORD", "any"),
                arguments);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "pool_mode = transaction",
                "pool_mode = transaction\ndefault_pool_size = 1",
                "pool_mode = transaction\nserver_round_robin = 1\nmin_pool_size = 2",
                "pool_mode = transaction\nserver_round_robin = 1\nmin_pool_size = 10",
                "pool_mode = statement"
            })
    void commands_that_need_a_session_are_refused_before_anything_is_done(String settings) {
        List<String> before = database.schema();
        try (PgBouncer pooler = PgBouncer.before(database, settings)) {
            for (String command : List.of("migrate", "undo", "info", "maintain")) {
                CommandRun run = through(pooler, command);
                assertThat(run.exitCode()).isEqualTo(2);
                assertThat(run.error())
                        .endsWith(
                                """
                                dbopt %s cannot run through the connection pooler at %s as application: it shares sessions between its clients (PgBouncer calls this pool_mode=transaction), but Flyway's lock, the guard and the time-outs need a session of their own.
                                Nothing was changed. Give the address of the server itself, not of the pooler, or of a pool with pool_mode=session.
                                """
                                        .formatted(command, pooler.url().substring("jdbc:postgresql://".length())));
            }
        }
        assertThat(database.schema()).isEqualTo(before);
        assertThat(database.query("select to_regclass('flyway_schema_history')"))
                .containsExactly("null");
    }

    @Test
    void commands_that_only_read_in_transactions_report_the_same_through_the_pooler() {
        try (PgBouncer pooler = PgBouncer.before(database, "pool_mode = transaction")) {
            for (int time = 1; time <= 2; time++) {
                CommandRun audit = through(pooler, "audit");
                assertThat(audit.error()).endsWith("as application\n");
                assertThat(audit.output())
                        .isEqualTo(CommandRun.on(database, "audit").output());
                through(pooler, "health").assertSucceeded();
                through(pooler, "plans", "record", "/dev/null").assertSucceeded();
            }
        }
    }

    @Test
    void a_session_pool_of_at_least_three_connections_serves_every_command() {
        List<String> before = database.schema();
        try (PgBouncer pooler = PgBouncer.before(database, "pool_mode = session", "default_pool_size = 3")) {
            for (String command : List.of("migrate", "info", "maintain", "undo --target 2")) {
                CommandRun run = through(pooler, command.split(" ", -1));
                assertThat(run.exitCode()).as(run.error()).isZero();
            }
        }
        assertThat(database.schema()).isEqualTo(before);
    }

    @Test
    void a_pool_that_is_too_small_is_reported_without_waiting() {
        try (PgBouncer pooler = PgBouncer.before(database, "pool_mode = session", "default_pool_size = 1")) {
            CommandRun run = CommandRun.with(
                    Map.of("FLYWAY_URL", pooler.url() + "?loginTimeout=1", "FLYWAY_USER", TestDatabase.OWNER),
                    "migrate");
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.error())
                    .isEqualTo(
                            """
                            dbopt migrate needs 3 connections at once, and the connection pooler at %s as application gives no more than 1 (Connection attempt timed out.).
                            Nothing was changed. Give the address of the server itself, not of the pooler, or of a pool with more room (PgBouncer's default_pool_size).
                            """
                                    .formatted(pooler.url().substring("jdbc:postgresql://".length())));
        }
    }

    /** Flyway alone has written the baseline by then, and no migration is run. */
    @Test
    void flyway_alone_stops_when_two_of_its_connections_share_a_session() {
        List<String> before = database.schema();
        try (PgBouncer pooler = PgBouncer.before(database, "pool_mode = transaction", "default_pool_size = 1")) {
            assertThatThrownBy(() -> database.flyway()
                            .dataSource(pooler.url(), TestDatabase.OWNER, "any")
                            .load()
                            .migrate())
                    .isInstanceOf(FlywayException.class)
                    .hasMessageContaining(
                            """
                            A connection pooler shares sessions (pool_mode=transaction): Flyway uses or used this one already
                              Hint: Give Flyway the address of the server itself, not of the pooler, or of a pool with pool_mode=session.
                            """);
        }
        assertThat(database.schema()).isEqualTo(before);
        assertThat(database.history()).containsExactly("1 | BASELINE | audited schema | t");
    }
}
