package dbopt.scaffold;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Without Flyway: two scripts for psql, with the same proof. */
@Tag("anyversion")
@Timeout(120)
class PlainScriptsTest {
    @TempDir
    private Path folder;

    private TestDatabase database;

    /** The exit code and the output of a script. */
    private record Outcome(boolean succeeded, String error) {}

    @BeforeEach
    void open() {
        database = TestDatabase.empty();
        database.run(
                "create schema \"My ${schema}\"",
                "create table \"My ${schema}\".\"t'; --\" (a int, at timestamptz)",
                "create index \"copy :it\" on \"My ${schema}\".\"t'; --\" (a) where at > '2026-01-01 12:00:00+00'",
                "create index \"gone\\ $$ {{index}} :it\" on \"My ${schema}\".\"t'; --\" (a) where at > '2026-01-01 12:00:00+00'",
                "comment on index \"My ${schema}\".\"gone\\ $$ {{index}} :it\" is 'it''s \\ mine'",
                "create table t (a int, b int)",
                "create index t_a on t (a)",
                "create index t_a_b on t (a, b)",
                "create index t_x on t (b)",
                "create index t_y on t (b)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void drop_and_restore_the_index_and_can_be_repeated_at_any_time() throws IOException {
        List<String> before = database.schema();
        CommandRun written = audit("--index", "t_a", "--index", "t_y", "--index", "gone\\ $$ {{index}} :it");
        assertThat(written.exitCode()).as(written.error()).isZero();
        assertThat(written.error())
                .endsWith(
                        """
                        Written:
                          %1$s/drop.sql
                          %1$s/undo.sql
                        Run them with psql, as the owner of the tables: psql -X -f %1$s/drop.sql; to undo it: psql -X -f %1$s/undo.sql
                        """
                                .formatted(folder));

        assertThat(run("drop.sql")).isEqualTo(new Outcome(true, ""));
        saysNothingBut("t_a is gone", "t_y is gone", "gone\\ $$ {{index}} :it\" is gone");
        assertThat(database.indexes()).hasSize(indexesIn(before) - 3);
        assertThat(CommandRun.on(database, "audit").output()).contains("no redundant index");
        assertThat(run("drop.sql").succeeded()).isTrue();

        // what an interrupted build leaves
        database.run("create index t_y on t (b)");
        database.runAsSuperuser("update pg_index set indisvalid = false where indexrelid = 't_y'::regclass");
        assertThat(run("undo.sql")).isEqualTo(new Outcome(true, ""));
        saysNothingBut("gone\\ $$ {{index}} :it\" exists again", "t_y exists again", "t_a exists again");
        assertThat(database.schema()).isEqualTo(before);
        assertThat(run("undo.sql").succeeded()).isTrue();
        assertThat(database.schema()).isEqualTo(before);
    }

    @Test
    void stop_if_the_index_is_no_longer_proven_redundant() {
        audit("--index", "t_y");
        database.run("drop index t_x", "create index t_x on t (b desc)");
        List<String> before = database.schema();
        Outcome stopped = run("drop.sql");
        assertThat(stopped.succeeded()).isFalse();
        assertThat(stopped.error()).contains("public.t_y is not proven redundant, so it was not dropped");
        assertThat(database.schema()).isEqualTo(before);
    }

    @Test
    void overwrite_no_file_and_use_no_version() throws IOException {
        Files.writeString(folder.resolve("undo.sql"), "mine");
        assertThat(audit().error())
                .endsWith("Nothing was written, because these files already exist:\n  %s/undo.sql\n".formatted(folder));
        assertThat(folder.resolve("drop.sql")).doesNotExist();
        assertThat(audit("--version", "7").error())
                .isEqualTo(
                        "The scripts of --plain have no version, and contain the guard: leave out --version and --with-guard. Nothing was written.\n");
    }

    private CommandRun audit(String... arguments) {
        List<String> all = new ArrayList<>(List.of("audit", "--scaffold", folder.toString(), "--plain"));
        all.addAll(List.of(arguments));
        return CommandRun.on(database, all.toArray(String[]::new));
    }

    /** In psql, or statement by statement where there is none. */
    private Outcome run(String script) {
        try {
            Process psql = new ProcessBuilder(
                            "psql",
                            "-X",
                            "-d",
                            postgres(database.url()),
                            "-f",
                            folder.resolve(script).toString())
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
            psql.getOutputStream().close();
            String error = new String(psql.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean succeeded = psql.waitFor() == 0;
            return new Outcome(succeeded, error.replaceAll("(?m)^.*NOTICE: .*\n", ""));
        } catch (IOException e) {
            return statementByStatement(script);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The standard output of the script: one line per index. */
    private void saysNothingBut(String... ends) throws IOException {
        Path output = folder.resolve("output");
        if (!Files.exists(output)) {
            return; // there is no psql
        }
        List<String> lines = Files.readAllLines(output);
        assertThat(lines).hasSameSizeAs(ends);
        for (int line = 0; line < ends.length; line++) {
            assertThat(lines.get(line)).endsWith(ends[line]);
        }
    }

    private static String postgres(String url) {
        String address = url.replaceFirst("^jdbc:", "");
        return address + (address.contains("?") ? "&" : "?") + "user=" + TestDatabase.OWNER + "&password="
                + TestDatabase.PASSWORD.replace(" ", "%20");
    }

    private Outcome statementByStatement(String script) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            String text = Files.readString(folder.resolve(script)).replaceAll("(?m)^\\\\.*\n", "");
            // a line that ends in a semicolon ends the statement, but within dollar quotes
            StringBuilder one = new StringBuilder();
            for (String line : text.lines().toList()) {
                one.append(line).append('\n');
                boolean quoted = one.toString().split("(?m)\\$\\$( begin)?$|^(end )?\\$\\$", -1).length % 2 == 0;
                if (line.endsWith(";") && !quoted) {
                    statement.execute(one.toString());
                    one.setLength(0);
                }
            }
            return new Outcome(true, "");
        } catch (SQLException e) {
            return new Outcome(false, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int indexesIn(List<String> schema) {
        return (int) schema.stream().filter(line -> line.startsWith("CREATE ")).count();
    }
}
