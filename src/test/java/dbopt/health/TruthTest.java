package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Statements of the report that were once wrong, each next to a case where they are right. */
@Timeout(120)
class TruthTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private List<String> findings(String check) {
        return CheckRun.findings(database, CheckRun.check(check));
    }

    @Test
    void a_constraint_that_is_not_enforced_is_not_reported_as_not_valid_but_a_not_null_is() throws SQLException {
        requireVersion(18);
        database.run(
                "create table parent (a int primary key)",
                "create table t (a int references parent not enforced, b int check (b > 0) not enforced)",
                "insert into t values (1, null)",
                "alter table t add constraint b_there not null b not valid");
        assertThat(findings("foreign_keys_without_index")).isEmpty();
        assertThat(findings("not_valid_constraints"))
                .containsExactly("warning | public.t | not-null constraint b_there");
    }

    @Test
    void a_virtual_column_does_not_make_bloat_unknown() throws SQLException {
        requireVersion(18);
        database.run(
                "create table t (n int, filler text, double int generated always as (n * 2) virtual)",
                "insert into t select n, repeat('x', 1000) from generate_series(1, 60000) n",
                "analyze t");
        assertThat(findings("bloated_tables")).isEmpty();
    }

    @Test
    void a_partitioned_table_is_reported_once() {
        database.run(
                "create table parent (a int primary key)",
                "create table t (a int references parent) partition by range (a)",
                "create table t_low partition of t for values from (0) to (10)",
                "create table t_high partition of t for values from (10) to (20)",
                "insert into t select 5 from parent",
                "create index on t_low (a)");
        assertThat(findings("foreign_keys_without_index"))
                .containsExactly(
                        "info | public.t | foreign key t_a_fkey (a) in 1 of 2 partitions; its fix makes writes wait");
        assertThat(findings("tables_without_primary_key")).containsExactly("info | public.t | no primary key");
        database.run("create index on t_high (a)");
        assertThat(findings("foreign_keys_without_index")).isEmpty();
        database.run(
                "create index t_a on t (a desc)",
                "insert into parent select generate_series(0, 59)",
                "insert into t select n % 20 from generate_series(0, 59) n");
        assertThat(CheckRun.findingsOnce(database, CheckRun.check("stale_statistics"), found -> found.size() == 2))
                .containsExactlyInAnyOrder(
                        "warning | public.parent | never analysed", "warning | public.t | never analysed");
    }

    @Test
    void a_partitioned_index_whose_parts_are_missing_is_invalid() {
        database.run(
                "create table t (a int) partition by range (a)",
                "create table t_low partition of t for values from (0) to (10)",
                "create index t_a on only t (a)");
        assertThat(findings("invalid_indexes"))
                .containsExactly("warning | public.t_a | on t; 0 of its 1 partitions have their part");
        database.run("create index t_low_a on t_low (a)", "alter index t_a attach partition t_low_a");
        assertThat(findings("invalid_indexes")).isEmpty();
    }

    @Test
    void a_leftover_of_a_toast_table_comes_with_a_statement_only_for_a_role_that_can_run_it() {
        database.run("create table t (a int, b text)");
        String name = database.query(
                        "select reltoastrelid::regclass || '_index_ccnew' from pg_class where relname = 't'")
                .get(0);
        database.runAsSuperuser(
                "update pg_class set relname = relname || '_ccnew' where oid = (select indexrelid from pg_index"
                        + " where indrelid = (select reltoastrelid from pg_class where relname = 't'))",
                "update pg_index set indisvalid = false where indexrelid = '" + name + "'::regclass");
        assertThat(findings("invalid_indexes"))
                .singleElement()
                .asString()
                .endsWith(" (of public.t); a superuser can drop it");
        assertThat(CheckRun.fixes(database, "invalid_indexes")).isEmpty();
        database.runAsSuperuser("grant usage on schema pg_toast to application");
        assertThat(CheckRun.fixes(database, "invalid_indexes")).containsExactly("drop index concurrently " + name);
        CheckRun.fixes(database, "invalid_indexes").forEach(database::run);
        assertThat(findings("invalid_indexes")).isEmpty();
    }

    @Test
    void a_sequence_is_judged_by_every_column_that_it_feeds() {
        database.run(
                "create sequence s",
                "create domain small as smallint",
                "create table wide (id bigint default nextval('s'))",
                "create table narrow (id small default nextval('s'))",
                "select setval('s', 10000)");
        assertThat(findings("sequences")).isEmpty();
        database.run("select setval('s', 30000)");
        assertThat(findings("sequences"))
                .containsExactly("critical | public.s | 30000 of 32767 numbers are used (column public.narrow.id)");
    }

    @Test
    void undone_indexes_are_found_whatever_the_history_is_called() {
        String undo = "(1, '2', 'drop', 'UNDO_SQL', 'U2__drop_commit_pr_idx.sql', 0, 'me', now(), 1, true)";
        String columns = " (installed_rank int, version text, description text, type text, script text, checksum int,"
                + " installed_by text, installed_on timestamp, execution_time int, success boolean)";
        database.run(
                "create schema \"My App\"",
                "create table \"My App\".history" + columns,
                "insert into \"My App\".history values " + undo);
        assertThat(findings("undone_indexes"))
                .containsExactly(
                        "critical | public.commit_pr_idx | U2__drop_commit_pr_idx.sql restored it, and it is missing");
        database.run("create table another" + columns);
        assertThat(findings("undone_indexes"))
                .containsExactly(
                        "unknown | this check | several tables may be the schema history: \"My App\".history, public.another");
    }

    @Test
    void a_scan_long_ago_does_not_count_as_use() throws SQLException {
        requireVersion(16);
        database.run(
                "create table t as select n as a from generate_series(1, 1000) n",
                "create index once on t (a)",
                "set enable_seqscan = off",
                "select from t where a = 5");
        Check check = CheckRun.check("unused_indexes");
        assertThat(CheckRun.findings(database, check)).isEmpty();
        Check impatient = new Check(
                "impatient",
                "",
                "",
                "",
                "",
                Optional.empty(),
                check.sql().replace("interval '30 days'", "interval '0 days'"));
        assertThat(CheckRun.findings(database, impatient))
                .singleElement()
                .asString()
                .startsWith("info | public.once | no scan on t since ");
    }

    @Test
    void a_redundant_index_is_not_rebuilt() {
        String rows =
                "create table t as select n, (n * 7919::bigint) %% 600000 as code from generate_series(1, 600000) n";
        database.run(
                rows.formatted(),
                "create index t_code on t (code)",
                "create index t_code_copy on t (code)",
                "delete from t where n % 5 <> 0");
        database.run("vacuum analyze t");
        assertThat(findings("bloated_indexes")).singleElement().asString().startsWith("warning | public.t_code | ");
        assertThat(CommandRun.on(database, "maintain").output())
                .contains("reindex index concurrently public.t_code;")
                .doesNotContain("t_code_copy");
    }

    @Test
    void the_size_of_a_locked_table_is_unknown_and_the_rest_is_reported() throws SQLException {
        database.run(
                "create table held (a int primary key)",
                "create table free (a int primary key)",
                "insert into held select generate_series(1, 100)");
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("lock table held in access exclusive mode");
            assertThat(findings("locked_relations"))
                    .singleElement()
                    .asString()
                    .matches("unknown \\| public.held \\| size not read: pid [0-9]+ holds it");
            CommandRun health = CommandRun.on(database, "health");
            assertThat(CommandRun.on(database, "health", "--format", "json").output())
                    .contains("\"public.free\"", "\"public.held\"");
            health.assertSucceeded();
            assertThat(health.output()).contains("Relations locked exclusively").doesNotContain("this check");
            CommandRun maintain = CommandRun.on(database, "maintain", "--dry-run");
            maintain.assertSucceeded();
        }
    }

    @Test
    void the_settings_of_a_role_do_not_break_the_checks() {
        database.runAsSuperuser(
                "alter database " + database.name() + " set standard_conforming_strings = off",
                "alter database " + database.name() + " set quote_all_identifiers = on");
        database.run(
                "create table parent (a int primary key)",
                "create table child (a int references parent)",
                "create index on child (a) where a is not null");
        assertThat(findings("foreign_keys_without_index")).isEmpty();
        assertThat(CommandRun.on(database, "health").output()).doesNotContain("this check");
        CommandRun.on(database, "maintain", "--dry-run").assertSucceeded();
    }

    @Test
    void accepted_indexes_are_counted_but_are_not_findings(@TempDir Path folder) throws IOException {
        database.run("create table t (a int, b int)", "create index wide on t (a, b)", "create index narrow on t (a)");
        Path accepted = Files.writeString(
                folder.resolve("accepted.txt"), "CREATE INDEX any_name ON public.t USING btree (a)\n");
        CommandRun run = CommandRun.on(database, "health", "--accepted", accepted.toString());
        assertThat(run.output()).contains("Redundant indexes (1 accepted)").doesNotContain("public.narrow");
        Files.writeString(accepted, "CREATE INDEX gone ON public.t USING btree (b)\n");
        run = CommandRun.on(database, "health", "--accepted", accepted.toString());
        assertThat(run.output()).contains("public.narrow");
        assertThat(run.error()).endsWith("Accepted, but no longer found: gone on public.t\n");
    }

    private void requireVersion(int version) throws SQLException {
        try (Connection connection = database.connect()) {
            assumeTrue(connection.getMetaData().getDatabaseMajorVersion() >= version, "needs PostgreSQL " + version);
        }
    }
}
