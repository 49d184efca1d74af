package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each check on near misses, which it must not report, and then on a real finding. */
class ChecksTest {
    private static final Pattern STEP = Pattern.compile(
            "(?:actual rows=|Rows Removed by [A-Za-z ]+: )(?<rows>[0-9.]+)(?: loops=(?<loops>[0-9]+))?");

    private static final String THOUSAND_ROWS =
            "create table t as select n as a, n as b from generate_series(1, 1000) n";

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private void quiet(String check, String... statements) {
        database.run(statements);
        assertThat(CheckRun.findingsOnce(database, CheckRun.check(check), List::isEmpty))
                .isEmpty();
    }

    private void found(String check, String... findings) {
        assertThat(CheckRun.findingsOnce(database, CheckRun.check(check), List.of(findings)::equals))
                .containsExactly(findings);
    }

    @Test
    void every_check_file_can_be_parsed() {
        List<Check> checks = CheckRun.queries().checks();
        assertThat(checks).hasSizeGreaterThanOrEqualTo(24);
        assertThat(checks).allSatisfy(check -> assertThat(CheckRun.findings(database, check))
                .noneMatch(finding -> finding.startsWith("unknown | this check")));
    }

    @Test
    void redundant_indexes() {
        quiet("redundant_indexes", THOUSAND_ROWS, "create index wide on t (a, b)", "create index other on t (b)");
        database.run(
                "create index narrow on t (a)",
                "create index copy on t (b)",
                "create table parts (a int, b int) partition by range (a)",
                "create table part partition of parts default",
                "create index of_parts on parts (a)",
                "create index of_parts_too on parts (a, b)");
        found(
                "redundant_indexes",
                "warning | public.narrow | a prefix of wide on t",
                "warning | public.other | a duplicate of copy on t",
                "warning | public.of_parts | a prefix of of_parts_too on parts");
    }

    @Test
    void unused_indexes() {
        quiet(
                "unused_indexes",
                THOUSAND_ROWS,
                "alter table t add primary key (a)",
                "create table child (a int references t)",
                "create index child_a on child (a)",
                "create index expression on t ((a + b))",
                "create index used on t (b)",
                "set enable_seqscan = off",
                "select from t where b = 5");
        database.run("create index idle on t (b desc)");
        String today = database.query("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD')")
                .get(0);
        assertThat(CheckRun.findings(database, CheckRun.check("unused_indexes")))
                .containsExactly("info | indexes: 1 | no scan since " + today + ", which is too short to tell");
        // the scans of a redundant index count for its keeper
        database.run("drop index idle", "create index keeper on t (b, a)");
        quiet("unused_indexes");
        // such an index is not unused as well, and many young indexes are reported in one line
        database.run(
                "create index one on t (a desc)",
                "create index two on t (a desc)",
                "create index three on t (b desc, a)");
        assertThat(CheckRun.findings(database, CheckRun.check("unused_indexes")))
                .containsExactly("info | indexes: 2 | no scan since " + today + ", which is too short to tell");
    }

    @Test
    void invalid_indexes() {
        quiet("invalid_indexes", THOUSAND_ROWS, "create index plain on t (a)", "create unique index single on t (a)");
        database.runAsSuperuser(
                "update pg_index set indisvalid = false where indexrelid in ('plain'::regclass, 'single'::regclass)");
        found("invalid_indexes", "critical | public.single | on t", "warning | public.plain | on t");
    }

    @Test
    void undone_indexes() {
        quiet("undone_indexes");
        try (TestDatabase audited = TestDatabase.audited()) {
            Check check = CheckRun.check("undone_indexes");
            audited.flyway().target("4").load().migrate();
            assertThat(CheckRun.findings(audited, check)).isEmpty();
            CommandRun.on(audited, "undo", "--target", "2").assertSucceeded();
            assertThat(CheckRun.findings(audited, check)).isEmpty();

            audited.run(
                    "drop index commit_pr_idx",
                    "drop index pr_survey_pr_idx",
                    "create index pr_survey_pr_idx on metrics_prsurvey (pull_request_id, id)");
            audited.runAsSuperuser("update pg_index set indisvalid = false"
                    + " where indexrelid = 'metrics_aiusagedaily_member_id_0274ee1d'::regclass");
            assertThat(CheckRun.findings(audited, check))
                    .containsExactly(
                            "critical | public.commit_pr_idx | U2__drop_commit_pr_idx.sql restored it, and it is missing",
                            "critical | public.metrics_aiusagedaily_member_id_0274ee1d"
                                    + " | U4__drop_metrics_aiusagedaily_member_id_0274ee1d.sql restored it, and it is not valid",
                            "critical | public.pr_survey_pr_idx | U3__drop_pr_survey_pr_idx.sql restored it,"
                                    + " and it is a different one now: CREATE INDEX pr_survey_pr_idx"
                                    + " ON public.metrics_prsurvey USING btree (pull_request_id, id)");
            assertThat(CommandRun.on(audited, "health").output())
                    .contains(
                            "CREATE INDEX CONCURRENTLY commit_pr_idx ON public.metrics_commit USING btree (pull_request_id)");
            assertThat(CheckRun.fixes(audited, "undone_indexes")).hasSize(2).allSatisfy(audited::run);
            assertThat(CheckRun.findings(audited, check))
                    .singleElement()
                    .asString()
                    .contains("pr_survey_pr_idx", "different one");
        }
    }

    @Test
    void dropped_indexes() {
        quiet("dropped_indexes");
        try (TestDatabase audited = TestDatabase.audited()) {
            Check check = CheckRun.check("dropped_indexes");
            audited.flyway().target("4").load().migrate();
            assertThat(CheckRun.findings(audited, check)).isEmpty();

            audited.run(
                    "create index commit_pr_idx on metrics_commit (pull_request_id)",
                    "alter table metrics_prsurvey drop constraint metrics_prsurvey_pull_request_id_key");
            audited.runAsSuperuser(
                    "update pg_index set indisvalid = false where indexrelid = 'ai_usage_member_date_idx'::regclass");
            assertThat(CheckRun.findings(audited, check))
                    .containsExactly(
                            "critical | public.ai_usage_member_date_idx | V4__drop_metrics_aiusagedaily_member_id_0274ee1d.sql"
                                    + " dropped public.metrics_aiusagedaily_member_id_0274ee1d, for which it serves, and it is not valid",
                            "warning | public.commit_pr_idx | V2__drop_commit_pr_idx.sql dropped it, and it exists again",
                            "critical | public.metrics_prsurvey_pull_request_id_key | V3__drop_pr_survey_pr_idx.sql"
                                    + " dropped public.pr_survey_pr_idx, for which it serves, and it is missing");
            assertThat(CheckRun.fixes(audited, "dropped_indexes"))
                    .containsExactly(
                            "reindex index concurrently public.ai_usage_member_date_idx",
                            "drop index concurrently public.commit_pr_idx")
                    .allSatisfy(audited::run);
            assertThat(CheckRun.findings(audited, check))
                    .singleElement()
                    .asString()
                    .startsWith("critical | public.metrics_prsurvey_pull_request_id_key | ");
        }
    }

    @Test
    void bloated_tables() {
        quiet(
                "bloated_tables",
                "create table t as select n, repeat('x', 1000) as filler from generate_series(1, 60000) n",
                "analyze t");
        database.run("delete from t where n % 4 <> 0");
        database.run("vacuum analyze t");
        assertThat(CheckRun.findings(database, CheckRun.check("bloated_tables")))
                .singleElement()
                .asString()
                .matches(
                        "warning \\| public.t \\| about 5[0-9] MB of its 67 MB are empty"); // an estimate from a sample
    }

    @Test
    void bloat_is_unknown_if_never_analysed() {
        database.run(
                "create table t (code text, filler text)",
                "create index on t (code)",
                "insert into t select md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text) || md5((n + 3)::text),"
                        + " repeat('x', 900) from generate_series(1, 60000) n");
        found(
                "bloated_tables",
                "unknown | tables of 50 MB or more: 1 | the statistics of their columns were never made (public.t)");
        found(
                "bloated_indexes",
                "unknown | indexes of 10 MB or more: 1 | the statistics of their columns were never made (public.t_code_idx)");
    }

    @Test
    void unknown_bloat_has_the_right_reason() {
        database.run(
                "create table t (id int not null, code text, filler text)",
                "alter table t alter code set statistics 0",
                "create index t_code on t (code)",
                "create index t_id on t (id) where filler is not null",
                "insert into t select n, repeat(md5(n::text), 6), repeat('x', 900) from generate_series(1, 60000) n",
                "analyze t");
        String turnedOff = "the statistics of the column code are turned off (SET STATISTICS 0)";
        found("bloated_tables", "unknown | tables of 50 MB or more: 1 | " + turnedOff + " (public.t)");
        found("bloated_indexes", "unknown | indexes of 10 MB or more: 1 | " + turnedOff + " (public.t_code)");
    }

    @Test
    void index_ratio() {
        quiet(
                "index_ratio",
                "create table t as select n, md5(n::text) as a from generate_series(1, 170000) n",
                "create index on t (n)");
        database.run("create index on t (a)");
        assertThat(CheckRun.findings(database, CheckRun.check("index_ratio")))
                .singleElement()
                .asString()
                .startsWith("info | public.t | " + sizes() + ": 0 bytes redundant, about 0 bytes bloat, ")
                .endsWith(" unknown"); // no statistics yet
        database.run("create index on t (a, n)", "create index on t (n, a)", "analyze t");
        assertThat(CheckRun.findings(database, CheckRun.check("index_ratio")))
                .singleElement()
                .asString()
                .startsWith("warning | public.t | " + sizes() + ": ")
                .matches(".*: [0-9]+ [kM]B redundant, about 0 bytes bloat, [0-9]+ MB needed");
    }

    /** How far a server extends a file beyond what it needs differs by version. */
    private String sizes() {
        return database.query("select format('%s of indexes for %s of data', pg_size_pretty(pg_indexes_size('t')),"
                        + " pg_size_pretty(pg_table_size('t')))")
                .get(0);
    }

    @Test
    void sequential_scans() {
        quiet(
                "sequential_scans",
                "create table t as select n from generate_series(1, 10000) n",
                "do $$ begin for i in 1..8 loop perform count(*) from t; end loop; end $$");
        database.run("do $$ begin for i in 1..12 loop perform count(*) from t; end loop; end $$");
        assertThat(scans("info"))
                .matches("info \\| public.t \\| 100 % of all its scans, 10000 rows each, since [0-9-]+");
        database.run("do $$ begin for i in 1..80 loop perform count(*) from t; end loop; end $$");
        assertThat(scans("warning")).startsWith("warning | public.t");
    }

    private String scans(String severity) {
        return CheckRun.findingsOnce(database, CheckRun.check("sequential_scans"), found -> found.stream()
                        .anyMatch(finding -> finding.startsWith(severity)))
                .get(0);
    }

    @Test
    void stale_statistics() {
        database.run(THOUSAND_ROWS, "create table hollow (a int)");
        quiet("stale_statistics", "analyze t");
        quiet("stale_statistics", "create table few as select generate_series(1, 50)");
        database.run(
                "create table raw as select generate_series(1, 51)",
                "insert into t select n, n from generate_series(1, 400) n");
        found(
                "stale_statistics",
                "warning | public.t | changed since its statistics were made",
                "warning | public.raw | never analysed");
        database.runAsSuperuser("select pg_stat_reset()", "drop table raw");
        found("stale_statistics", "info | public.t | age of its statistics unknown: the counters were lost");
    }

    @Test
    void dead_rows() {
        database.run("create table t as select n from generate_series(1, 4000) n");
        quiet("dead_rows", "delete from t where n <= 600");
        database.run("delete from t where n <= 1200");
        found("dead_rows", "warning | public.t | beside 2800 live ones; last vacuumed: never, by the counters");
        database.run("vacuum t");
        quiet("dead_rows");
    }

    @Test
    void long_transactions() throws SQLException {
        Check check = CheckRun.check("long_transactions");
        Check impatient = new Check(
                "impatient",
                "",
                "",
                "",
                "",
                Optional.empty(),
                check.sql().replace("interval '5 minutes'", "interval '0 minutes'"));
        try (Connection open = database.connect()) {
            open.setAutoCommit(false);
            open.createStatement().execute("select 1");
            assertThat(CheckRun.findings(database.connectAsSuperuser(), check))
                    .noneMatch(finding -> finding.contains("application"));
            assertThat(CheckRun.findings(database.connectAsSuperuser(), impatient))
                    .anyMatch(finding -> finding.matches(
                            "warning \\| pid [0-9]+ \\| application, PostgreSQL JDBC Driver, idle in transaction"));
        }
    }

    @Test
    void replication_slots() {
        quiet("replication_slots");
        database.runAsSuperuser("select pg_create_physical_replication_slot('forgotten', true)");
        try {
            found("replication_slots", "warning | forgotten | physical slot, not read");
        } finally {
            database.runAsSuperuser("select pg_drop_replication_slot('forgotten')");
        }
    }

    @Test
    void wraparound() {
        quiet("wraparound", THOUSAND_ROWS);
        database.runAsSuperuser(
                "update pg_class set relfrozenxid = (4294967296 - 400000000)::text::xid where relname = 't'");
        found("wraparound", "warning | public.t | autovacuum should have run at 200000000");
        database.runAsSuperuser(
                "update pg_class set relfrozenxid = (4294967296 - 1200000000)::text::xid where relname = 't'");
        found("wraparound", "critical | public.t | autovacuum should have run at 200000000");
    }

    @Test
    void sequences() {
        quiet(
                "sequences",
                "create table small (id int generated always as identity)",
                "create table large (id bigint generated always as identity)",
                "select setval('small_id_seq', 1500000000), setval('large_id_seq', 2100000000)");
        database.run("select setval('small_id_seq', 1600000000)");
        found("sequences", "warning | public.small_id_seq | 1600000000 of 2147483647 numbers are used (column id)");
        database.run("select setval('small_id_seq', 2000000000)");
        found("sequences", "critical | public.small_id_seq | 2000000000 of 2147483647 numbers are used (column id)");
        database.run(
                "create sequence down as smallint increment -1",
                "select setval('down', -30000), setval('small_id_seq', 5)");
        found("sequences", "critical | public.down | 30000 of 32768 numbers are used");
    }

    @Test
    void foreign_keys_without_index() {
        quiet(
                "foreign_keys_without_index",
                "create table parent (a int, b int, primary key (a, b))",
                "create table child (x int, a int, b int, foreign key (a, b) references parent)",
                "create index any_order on child (b, a, x)");
        database.run("drop index any_order", "create index not_first on child (x, a, b)");
        found("foreign_keys_without_index", "info | public.child | foreign key child_a_b_fkey (a, b)");
        for (String useless : List.of(
                "(a, b) where x = 1",
                "(a, b) where x is not null",
                "(a, b) where a is not null and x is not null",
                "(a) include (b)")) {
            database.run("drop index not_first", "create index not_first on child " + useless);
            found("foreign_keys_without_index", "info | public.child | foreign key child_a_b_fkey (a, b)");
        }
        quiet(
                "foreign_keys_without_index",
                "create index nulls_left_out on child (b, a) where b is not null and a is not null");
    }

    /** The query is from pg-index-health; the names prove that it covers every schema and quotes names. */
    @Test
    void not_valid_constraints() {
        quiet(
                "not_valid_constraints",
                "create schema \"of the app\"",
                "create table parent (a int primary key)",
                "create table \"of the app\".child (a int references parent, b int check (b > 0))",
                "insert into \"of the app\".child values (null, null)");
        database.run(
                "alter table \"of the app\".child add constraint \"it's new\" check (b > 5) not valid",
                "alter table \"of the app\".child add constraint again foreign key (b) references parent not valid");
        found(
                "not_valid_constraints",
                "warning | \"of the app\".child | check constraint \"it's new\"",
                "warning | \"of the app\".child | foreign key again");
        CheckRun.fixes(database, "not_valid_constraints").forEach(database::run);
        quiet("not_valid_constraints");
    }

    @Test
    void tables_without_primary_key() {
        quiet("tables_without_primary_key", "create table t (a int primary key)", "create view v as select a from t");
        database.run(
                "create table lines (a int)", "create table told (a int)", "alter table told replica identity full");
        database.runAsSuperuser("create publication every_change for table told");
        found(
                "tables_without_primary_key",
                "info | public.lines | no primary key",
                "info | public.told | no primary key");
        database.runAsSuperuser("alter publication every_change add table lines");
        found(
                "tables_without_primary_key",
                "warning | public.lines | no primary key, and published without a replica identity: UPDATE and DELETE fail",
                "info | public.told | no primary key");
    }

    @Test
    void foreign_keys_of_another_type() {
        quiet(
                "foreign_keys_of_another_type",
                "create table parent (a bigint primary key)",
                "create table child (a bigint references parent, b int)");
        database.run("alter table child add foreign key (b) references parent");
        found(
                "foreign_keys_of_another_type",
                "info | public.child | foreign key child_b_fkey: b is integer, public.parent.a is bigint");
    }

    @Test
    void duplicated_foreign_keys() {
        quiet(
                "duplicated_foreign_keys",
                "create table parent (a int primary key, b int unique)",
                "create table child (x int references parent (a), y int references parent (a))",
                "alter table child add constraint to_b foreign key (x) references parent (b)");
        database.run("alter table child add constraint again foreign key (x) references parent (a)");
        found("duplicated_foreign_keys", "warning | public.child | foreign keys again and child_x_fkey");
    }

    @Test
    void btree_indexes_on_arrays() {
        quiet(
                "btree_indexes_on_arrays",
                "create table t (a int, tags text[])",
                "create index on t (a) include (tags)",
                "create index on t using gin (tags)");
        database.run("create index by_tags on t (a, tags)");
        found("btree_indexes_on_arrays", "info | public.by_tags | column tags of public.t");
    }

    /** The server of the tests runs without autovacuum. */
    @Test
    void autovacuum_settings() {
        found(
                "autovacuum_settings",
                "critical | autovacuum | is off; only the server's administrator or provider can change it");
        database.runAsSuperuser("alter database " + database.name() + " set track_counts = off");
        found(
                "autovacuum_settings",
                "critical | autovacuum | is off; only the server's administrator or provider can change it",
                "critical | track_counts | is off; only the server's administrator or provider can change it");
        assertThat(CheckRun.findings(database.connectAsSuperuser(), CheckRun.check("autovacuum_settings")))
                .contains("critical | track_counts | is off; you can change it");
    }

    @Test
    void autovacuum_disabled() {
        quiet("autovacuum_disabled", THOUSAND_ROWS, "alter table t set (autovacuum_enabled = on, fillfactor = 90)");
        database.run("alter table t set (autovacuum_enabled = off)");
        found(
                "autovacuum_disabled",
                "warning | public.t | autovacuum_enabled is off; the owner application can change it");
    }

    @Test
    void autovacuum_thresholds() {
        database.run("create table t (a int)", "alter table t set (autovacuum_vacuum_scale_factor = 0.05)");
        database.runAsSuperuser("update pg_class set reltuples = 1000000 where relname = 't'");
        quiet("autovacuum_thresholds");
        database.run("alter table t reset (autovacuum_vacuum_scale_factor)");
        found(
                "autovacuum_thresholds",
                "warning | public.t | dead rows of 1000000; it holds 0, and how many it gets a day is unknown");
    }

    /** Comparing each of 400 indexes with each other would read 160,000 rows; for 10,000 tables it would take minutes. */
    @Test
    @Tag("anyversion")
    void no_check_compares_every_index_with_every_other() throws IOException, SQLException {
        database.run(
                """
                do $$ begin
                    for n in 1..200 loop
                        execute format('create table t%s (a int, b int)', n);
                        execute format('create index on t%s (a)', n);
                        execute format('create index on t%s (a, b)', n);
                    end loop;
                end $$""");
        database.runAsSuperuser("analyze");
        for (Check check : CheckRun.queries().checks()) {
            if (check.needs().isEmpty()) {
                assertThat(mostRowsOfAStep(check.sql())).as(check.name()).isLessThan(100_000);
            }
        }
        for (String query : List.of("redundant_indexes", "partitioned_indexes", "needs_review")) {
            String sql = Files.readString(Path.of("db/audit", query + ".sql"));
            assertThat(mostRowsOfAStep(sql)).as(query).isLessThan(100_000);
        }
    }

    /** The number of rows that one node of the plan reads in all its loops. */
    private double mostRowsOfAStep(String sql) throws SQLException {
        double most = 0;
        double loops = 0;
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet line = statement.executeQuery("explain (analyze, timing off, costs off) " + sql)) {
            while (line.next()) {
                Matcher step = STEP.matcher(line.getString(1));
                if (step.find()) {
                    loops = step.group("loops") == null ? loops : Double.parseDouble(step.group("loops"));
                    most = Math.max(most, loops * Double.parseDouble(step.group("rows")));
                }
            }
        }
        return most;
    }

    @Test
    void autovacuum_activity() {
        database.run("create table t as select n as a from generate_series(1, 2000) n");
        quiet("autovacuum_activity", "analyze t", "delete from t where a <= 900"); // few dead rows, perhaps seconds old
        database.run("delete from t where a <= 1001");
        found("autovacuum_activity", "warning | public.t | dead, twice what should trigger autovacuum; it ran 0 times");
        database.run("vacuum t");
        quiet("autovacuum_activity", "insert into t select generate_series(1, 1500)", "delete from t where a <= 1500");
        quiet(
                "autovacuum_activity",
                "create table u with (autovacuum_enabled = off) as select n as a from generate_series(1, 2000) n",
                "delete from u");
    }

    @Test
    void data_that_an_unprivileged_role_cannot_read_is_unknown() {
        database.run(
                "create table t as select n, repeat('x', 1000) as filler from generate_series(1, 60000) n",
                "create index on t (filler, n)",
                "analyze t",
                "create sequence s");
        database.runAsSuperuser("select pg_stat_reset()");
        assertThat(strangersFindings("stale_statistics"))
                .containsExactly("unknown | tables: 1 | this role may not see their statistics");
        assertThat(strangersFindings("bloated_tables"))
                .containsExactly(
                        "unknown | tables of 50 MB or more: 1 | the statistics of their columns are hidden from this role (public.t)");
        database.run("create table child (a int, b int)", "alter table child add constraint c check (a > b) not valid");
        assertThat(strangersFindings("not_valid_constraints"))
                .containsExactly("warning | public.child | check constraint c");
        assertThat(strangersFindings("tables_without_primary_key"))
                .containsExactly("info | public.t | no primary key", "info | public.child | no primary key");
        assertThat(strangersFindings("invalid_indexes")).isEmpty();
        assertThat(strangersFindings("duplicated_foreign_keys")).isEmpty();
        assertThat(strangersFindings("sequences"))
                .containsExactly("unknown | sequences: 1 | this role may not read them");
        try (Connection other = database.connect()) {
            assertThat(other).isNotNull();
            assertThat(strangersFindings("long_transactions"))
                    .singleElement()
                    .asString()
                    .matches(
                            "unknown \\| sessions of other roles: [0-9]+ \\| this role may not see their transactions: GRANT pg_read_all_stats TO \\w+ shows them");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> strangersFindings(String check) {
        return CheckRun.findings(database.connectAsStranger(), CheckRun.check(check));
    }
}
