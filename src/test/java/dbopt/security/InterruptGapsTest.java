package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * An interrupt that comes where no statement runs that it could cancel. A script that waits, and swallows being cancelled,
 * stands for the gap after it.
 */
@Tag("entrypoints")
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows ends a process without asking it")
class InterruptGapsTest {
    private static final String WAITS_AND_SWALLOWS =
            "do $$ begin perform pg_advisory_lock(7); exception when query_canceled then null; end $$;\n";

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @AutoClose
    private final Connection holder = database.connect();

    @TempDir
    private Path folder;

    @BeforeEach
    void project() throws IOException, SQLException {
        write(
                "flyway.conf",
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo
                flyway.defaultSchema=public
                """);
        for (int version = 1; version <= 3; version++) {
            write("migration/V%d__t.sql".formatted(version), "create table t%d (a int);\n".formatted(version));
            write("undo/U%d__t.sql".formatted(version), "drop table t%d;\n".formatted(version));
        }
        holder.setAutoCommit(false);
        holder.createStatement().execute("select pg_advisory_xact_lock(7)");
    }

    @Test
    void an_interrupted_migrate_starts_no_further_script() throws Exception {
        write("migration/V2__t.sql", "create table t2 (a int);\n" + WAITS_AND_SWALLOWS);
        assertThat(interrupted("INT", said -> waitsForTheLock(), "migrate"))
                .endsWith(
                        """
                        You interrupted the command before V3__t.sql.
                        Every earlier migration stays applied, and is not run again. To go on: dbopt migrate. To see what is applied: dbopt info.""");
        assertThat(tables()).containsExactly("t1", "t2");
        holder.rollback();
        assertThat(dbopt("migrate")).contains("Successfully applied 1 migration");
    }

    @Test
    void an_interrupted_migrate_starts_no_further_statement_of_a_script() throws Exception {
        beginsNoFurtherStatement(false, "t1", "t2");
    }

    @Tag("long")
    @Test
    void an_interrupted_migrate_starts_no_further_statement_in_a_transaction() throws Exception {
        beginsNoFurtherStatement(true, "t1");
    }

    private void beginsNoFurtherStatement(boolean inTransaction, String... left) throws Exception {
        write(
                "migration/V2__t.sql",
                "create table t2 (a int);\n" + WAITS_AND_SWALLOWS + "create table late (a int);\n");
        write("migration/V2__t.sql.conf", "executeInTransaction=" + inTransaction + "\n");
        assertThat(interrupted("TERM", said -> waitsForTheLock(), "migrate"))
                .contains("V2__t.sql failed: interrupted between two statements\nYou interrupted it.\n");
        assertThat(tables()).containsExactly(left);
    }

    @Test
    void an_interrupted_undo_starts_no_further_script() throws Exception {
        write("undo/U3__t.sql", "drop table t3;\n" + WAITS_AND_SWALLOWS);
        dbopt("migrate");
        assertThat(interrupted("TERM", said -> waitsForTheLock(), "undo", "--target", "1"))
                .endsWith("You interrupted the command before V2 was undone. Undone and stays so: V3."
                        + " The same command finishes it: dbopt undo --target 1");
        assertThat(tables()).containsExactly("t1", "t2");
        holder.rollback();
        dbopt("undo", "--target", "1");
        assertThat(tables()).isEmpty();
    }

    @Test
    void an_interrupted_undo_starts_no_further_statement_of_a_script() throws Exception {
        write("undo/U3__t.sql", WAITS_AND_SWALLOWS + "drop table t3;\n");
        dbopt("migrate");
        assertThat(interrupted("TERM", said -> waitsForTheLock(), "undo", "--target", "1"))
                .endsWith("You interrupted it; the same command finishes it: dbopt undo --target 1");
        assertThat(tables()).containsExactly("t1", "t2", "t3");
    }

    @Test
    void an_interrupted_migrate_stops_in_the_pause_before_a_retry() throws Exception {
        dbopt("migrate");
        write("migration/V4__t.sql", "set lock_timeout = '100ms';\ndrop table t3;\n");
        holder.createStatement().execute("select from t3");
        assertThat(interrupted("INT", said -> said.contains("Trying again in 2 s (1 of 3)"), "migrate"))
                .contains("\nYou interrupted it.\nEvery earlier migration stays applied");
        assertThat(tables()).containsExactly("t1", "t2", "t3");
    }

    @Test
    void an_interrupted_migrate_starts_nothing_while_it_waits_for_flyways_lock() throws Exception {
        beginsNothingWithoutTheLock("migrate", "You interrupted it");
    }

    @Tag("long")
    @Test
    void an_interrupted_undo_starts_nothing_while_it_waits_for_flyways_lock() throws Exception {
        beginsNothingWithoutTheLock("undo", "You interrupted the command before its turn came. Nothing was changed.");
    }

    private void beginsNothingWithoutTheLock(String command, String printed) throws Exception {
        dbopt("migrate");
        write("migration/V4__t.sql", "create table t4 (a int);\n");
        holder.createStatement().execute("select pg_advisory_xact_lock(" + flywaysLock() + ")");
        assertThat(interrupted(
                        "INT",
                        said -> said.contains("holds Flyway's lock: ")
                                && waiting("query like 'SELECT pg_try_advisory%'"),
                        command))
                .contains(printed);
        assertThat(tables()).containsExactly("t1", "t2", "t3");
    }

    /** The key of Flyway's lock, which Flyway derives from the name of its table. */
    private static long flywaysLock() {
        return 0x466C_7977_6179L + "\"public\".\"flyway_schema_history\"".hashCode();
    }

    private boolean waitsForTheLock() {
        return waiting("wait_event = 'advisory'");
    }

    private boolean waiting(String condition) {
        return !database.query("select pid from pg_stat_activity where datname = current_database()"
                        + " and application_name like 'dbopt%' and " + condition)
                .isEmpty();
    }

    private List<String> tables() {
        return database.query("select relname from pg_class where relnamespace = 'public'::regnamespace"
                + " and relkind = 'r' and relname <> 'flyway_schema_history' order by 1");
    }

    /** The output of a command that is interrupted once the condition holds; nothing blocks it from then on. */
    private String interrupted(String signal, Predicate<String> when, String... command) throws Exception {
        Process process = start(command);
        StringBuilder said = new StringBuilder();
        Thread reading = new Thread(() -> read(process, said));
        reading.start();
        Await.until(() -> when.test(text(said)) || !process.isAlive(), () -> "the moment to interrupt: " + text(said));
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        Await.until(() -> !process.isAlive() || text(said).contains("nterrupted"), () -> "it to hear: " + text(said));
        holder.rollback();
        reading.join();
        assertThat(process.waitFor())
                .as(text(said))
                .isEqualTo(Map.of("INT", 130, "TERM", 143).get(signal));
        Await.until(() -> !waiting("true"), () -> "its sessions to end");
        return text(said).strip();
    }

    private static String text(StringBuilder said) {
        synchronized (said) {
            return said.toString();
        }
    }

    private static void read(Process process, StringBuilder said) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (said) {
                    said.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String dbopt(String... command) throws SQLException {
        holder.rollback();
        CommandRun run = CommandRun.in(folder, database, command);
        run.assertSucceeded();
        holder.createStatement().execute("select pg_advisory_xact_lock(7)");
        return run.output() + run.error();
    }

    private Process start(String... command) throws IOException {
        List<String> program = new ArrayList<>(List.of("env", "--default-signal=INT"));
        program.addAll(DboptProgram.of(List.of(), command));
        ProcessBuilder builder =
                new ProcessBuilder(program).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(database.address());
        return builder.start();
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve("db").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
