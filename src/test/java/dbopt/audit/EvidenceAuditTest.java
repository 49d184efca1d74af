package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From observations to an unused index, its migration and its undo. */
@Tag("anyversion")
@Timeout(120)
class EvidenceAuditTest {
    private static final Pattern AT = Pattern.compile("(?<=\"at\":\")[^\"]+");

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private Path file;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(folder.resolve("db/migration"));
        Files.writeString(
                folder.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.baselineOnMigrate=true
                flyway.defaultSchema=public
                """);
        file = folder.resolve("observations.jsonl");
        database.run(
                "create table parent (id int primary key)",
                "create table t (id int primary key, a int, b int, c text, p int references parent, r int)",
                "create index t_a on t (a)",
                "create index t_used on t (b)",
                "create index t_p on t (p)",
                "create unique index t_r on t (r)",
                "create index t_lower on t (lower(c))",
                "create table idle (a int)",
                "create index idle_a on idle (a)",
                "create table measured (at date, a int) partition by range (at)",
                "create table measured_1 partition of measured for values from ('2026-01-01') to ('2026-02-01')",
                "create table measured_2 partition of measured for values from ('2026-02-01') to ('2026-03-01')",
                "create index measured_a on measured (a)",
                "insert into parent values (1)");
        // PostgreSQL 14 counts from the first report on
        database.awaitCounters("relname = 'parent' and n_tup_ins = 1");
    }

    private void observe() {
        CommandRun run = CommandRun.in(folder, database, "observe", file.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
    }

    /** Moves the times of the observations into the past by this many days. */
    private void age(int days) throws IOException {
        Files.writeString(file, AT.matcher(Files.readString(file)).replaceAll(at -> Instant.parse(at.group())
                .minus(Duration.ofDays(days))
                .toString()));
    }

    /** The work of the application between two observations. */
    private void work() {
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            statement.execute("insert into t (id, a, r) select n, n, n from generate_series(1, 500) n");
            statement.execute(
                    "insert into measured select '2026-01-02'::date + n % 50, n from generate_series(1, 500) n");
            statement.execute("set enable_seqscan = off");
            statement.execute("set enable_bitmapscan = off");
            statement.execute("select count(*) from t where b = 7");
            statement.execute("set enable_seqscan = on");
            for (int read = 0; read < 50; read++) {
                statement.execute("select count(c) from t");
                statement.execute("select count(at) from measured");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        database.awaitCounters("relname = 't' and n_tup_ins = 500 and idx_scan = 1 and seq_scan >= 50");
        database.awaitCounters("relname = 'measured_2' and n_tup_ins > 0 and seq_scan >= 50");
    }

    private void observeOver(int days) throws IOException {
        observe();
        age(days);
        work();
        observe();
    }

    private CommandRun audit(String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "audit";
        arguments[1] = "--evidence";
        arguments[2] = file.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return CommandRun.in(folder, database, arguments);
    }

    private JsonNode json() {
        CommandRun run = audit("--format", "json");
        assertThat(run.exitCode()).as(run.error()).isZero();
        return JsonMapper.shared().readTree(run.output());
    }

    @Test
    void names_unused_indexes_those_no_counter_can_decide_and_unknown_ones() throws IOException {
        observeOver(40);
        JsonNode report = json();
        assertThat(report.path("unusedIndexes").valueStream())
                .extracting(unused -> unused.path("index").asString())
                .containsExactly("measured_a", "t_a", "t_lower");
        assertThat(report.path("unusedIndexes").get(2).path("statisticsSql").valueStream())
                .extracting(JsonNode::asString)
                .containsExactly(
                        "create statistics if not exists public.t_lower_statistics on (lower(c)) from public.t",
                        "analyze public.t");
        assertThat(report.path("unusedIndexes").valueStream()).first().satisfies(whole -> {
            assertThat(whole.path("concurrent").asBoolean(true)).isFalse();
            assertThat(whole.path("parts").asInt()).isEqualTo(2);
            assertThat(whole.path("sizeBytes").asLong()).isEqualTo(32768);
            assertThat(whole.path("dropSql").asString()).isEqualTo("DROP INDEX public.measured_a");
            assertThat(whole.path("undoSql").asString())
                    .isEqualTo("CREATE INDEX measured_a ON ONLY public.measured USING btree (a)"
                            + "; CREATE INDEX CONCURRENTLY measured_1_a_idx ON public.measured_1 USING btree (a)"
                            + "; ALTER INDEX public.measured_a ATTACH PARTITION public.measured_1_a_idx"
                            + "; CREATE INDEX CONCURRENTLY measured_2_a_idx ON public.measured_2 USING btree (a)"
                            + "; ALTER INDEX public.measured_a ATTACH PARTITION public.measured_2_a_idx");
        });
        assertThat(report.path("unusedIndexes").valueStream()).element(1).satisfies(unused -> {
            assertThat(unused.path("schema").asString()).isEqualTo("public");
            assertThat(unused.path("table").asString()).isEqualTo("t");
            assertThat(unused.path("index").asString()).isEqualTo("t_a");
            assertThat(unused.path("sizeBytes").asLong()).isPositive();
            assertThat(unused.path("definition").asString()).isEqualTo("CREATE INDEX t_a ON public.t USING btree (a)");
            assertThat(unused.path("dropSql").asString()).isEqualTo("DROP INDEX CONCURRENTLY public.t_a");
            assertThat(unused.path("undoSql").asString())
                    .isEqualTo("CREATE INDEX CONCURRENTLY t_a ON public.t USING btree (a)");
            assertThat(unused.path("statisticsSql")).isEmpty();
            assertThat(Duration.between(
                            Instant.parse(unused.path("from").asString()),
                            Instant.parse(unused.path("to").asString())))
                    .isBetween(Duration.ofDays(40), Duration.ofDays(41));
            assertThat(unused.path("nodes").valueStream())
                    .singleElement()
                    .extracting(JsonNode::asString)
                    .asString()
                    .matches("localhost:[0-9]+/" + database.name());
            assertThat(unused.path("monthEnds").size()).isBetween(1, 2);
            assertThat(unused.path("indexWritesPerDay").asLong()).isBetween(12L, 13L);
        });
        assertThat(report.path("needsReview").valueStream())
                .extracting(index -> index.path("index").asString(), index -> index.path("code")
                        .asString())
                .containsExactlyInAnyOrder(
                        tuple("t_pkey", "constraint"), tuple("t_r", "unique"), tuple("t_p", "supports_foreign_key"));
        assertThat(report.path("needsReview")
                        .valueStream()
                        .map(index -> index.path("undoSql").asString(""))
                        .filter(sql -> !sql.isEmpty()))
                .containsExactlyInAnyOrder(
                        "CREATE UNIQUE INDEX CONCURRENTLY t_r ON public.t USING btree (r)",
                        "CREATE INDEX CONCURRENTLY t_p ON public.t USING btree (p)");
        assertThat(report.path("unknownIndexes").valueStream())
                .extracting(index -> index.path("index").asString(), index -> index.path("code")
                        .asString())
                .containsExactly(tuple("idle_a", "table_idle"));

        CommandRun text = audit();
        assertThat(text.output())
                .containsPattern("; 3 need review; 3 unused, [0-9]+ kB; 1 unknown\n")
                .contains(
                        "\nUnused, by the evidence; it does not cover servers that stream from none of the observed nodes:\n")
                .containsPattern(
                        "\nunused +[0-9]+ kB  public\\.t: t_a\n +- its table is read [0-9.]+ times a day; 12\\.[0-9] rows a day are written to this index\n +- no other index begins with a: queries for its minimum or maximum, or that filter by this column alone, will read the whole table\n")
                .containsPattern(
                        "\nApplies to each: no scan in 40 days, from [-0-9T:.]+Z to [-0-9T:.]+Z, on localhost:[0-9]+/"
                                + database.name()
                                + "\nApplies to each: this time contains the month ends [-0-9a-z(), ]+: jobs that run more rarely were not observed\n\n")
                .containsPattern(
                        """

                        unused +32 kB  public\\.measured: measured_a
                         +it is dropped with its 2 parts, under an exclusive lock on the table and all partitions
                         +- its partitions are read [0-9.]+ times a day in all; 12\\.[0-9] rows a day are written to its parts
                        """)
                .contains(
                        "- the planner has statistics of its expressions from it: its migration first creates them with CREATE STATISTICS and ANALYZE; the undo drops them\n")
                .contains(
                        "constraint: no scan in 40 days, but a constraint depends on it, whether it is scanned or not\n")
                .containsPattern(
                        "\nunknown +[0-9]+ (bytes|kB)  table_idle: its table is hardly used, which says nothing about its indexes: less than one read, or less than one row written, a day\n +public.idle_a\n");
    }

    @Test
    void calls_no_index_unused_after_one_observation_or_too_few_days() throws IOException {
        observe();
        assertThat(json().path("unusedIndexes")).isEmpty();
        age(20);
        work();
        observe();
        JsonNode report = json();
        assertThat(report.path("unusedIndexes")).isEmpty();
        assertThat(report.path("unknownIndexes").valueStream())
                .filteredOn(index -> index.path("index").asString().equals("t_a"))
                .singleElement()
                .extracting(index -> index.path("missing").asString())
                .asString()
                .matches(
                        "no scan in 20\\.0 of 35 days, since .*Z \\(localhost:[0-9]+/.* was first observed then\\); if there is still none, this is enough on [-0-9]+");
        assertThat(JsonMapper.shared()
                        .readTree(audit("--format", "json", "--evidence-days", "14")
                                .output())
                        .path("unusedIndexes"))
                .hasSize(3);
    }

    @Test
    void the_report_without_evidence_lists_no_unused_or_unknown_indexes() {
        CommandRun run = CommandRun.in(folder, database, "audit", "--format", "json");
        assertThat(run.output()).doesNotContain("unusedIndexes", "unknownIndexes");
    }

    @Test
    void a_keeper_is_not_unused_even_if_only_its_redundant_index_is_scanned() throws IOException {
        database.run("create index t_used_wider on t (b, a)");
        observeOver(40);
        JsonNode report = json();
        assertThat(report.path("redundantIndexes").valueStream())
                .extracting(index -> index.path("index").asString())
                .containsExactly("t_used");
        assertThat(report.path("unusedIndexes").valueStream())
                .extracting(index -> index.path("index").asString())
                .containsExactly("measured_a", "t_a", "t_lower");
    }

    @Test
    void evidence_of_another_database_or_of_two_databases_is_refused() throws IOException {
        observe();
        try (TestDatabase other = TestDatabase.empty()) {
            CommandRun run = CommandRun.in(folder, other, "audit", "--evidence", file.toString());
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.error())
                    .containsPattern(
                            "holds observations of cluster [0-9]+, database %s; this is cluster [0-9]+, database %s\\.\nNothing was changed\\. Observe this one: dbopt observe FILE\n"
                                    .formatted(database.name(), other.name()));
        }
        Files.writeString(
                file,
                Files.readString(file)
                        + Files.readString(file).replaceAll("\"cluster\":\"[0-9]+\"", "\"cluster\":\"42\""));
        CommandRun mixed = audit();
        assertThat(mixed.exitCode()).isEqualTo(2);
        assertThat(mixed.error())
                .contains("holds observations of more than one database, so it proves nothing about any of them:\n")
                .endsWith("\nNothing was changed. Keep only the lines of one database.\n");
        assertThat(CommandRun.in(
                                folder,
                                database,
                                "audit",
                                "--evidence",
                                folder.resolve("none").toString())
                        .exitCode())
                .isEqualTo(2);
    }

    private CommandRun scaffold(String index) {
        return audit("--scaffold", folder.resolve("db").toString(), "--with-guard", "--index", index);
    }

    @Test
    void the_pair_drops_and_restores_an_unused_index() throws IOException {
        database.run("comment on index t_a is 'once needed'");
        observeOver(40);
        CommandRun scaffolded = scaffold("t_a");
        assertThat(scaffolded.exitCode()).as(scaffolded.error()).isZero();
        String migration = Files.readString(folder.resolve("db/migration/V2__drop_t_a.sql"));
        String time = "[-0-9T:.]+Z";
        assertThat(migration)
                .matches(
                        """
                        -- Drops public\\.t_a on public\\.t \\(a\\): [0-9]+ kB when it was audited\\.
                        -- Why:   no scan in 40 days, from TIME to TIME, on:
                        --        localhost:[0-9]+/%s
                        -- Check: the guard sees the counters of this server alone, and refuses when they moved or are not those that were
                        --        observed, or 7 days after that\\. Before it runs, observe every node again and audit by that\\.
                        -- Costs: a query that needs it but runs more rarely than that will read the table; the undo restores it\\.
                        -- Lock:  SHARE UPDATE EXCLUSIVE on public\\.t: .*
                        --        that already use the table; .*
                        -- Undo:  U2 builds the index again, concurrently; no data is lost either way\\.
                        do \\$\\$ begin
                            (?s:.*)
                        end \\$\\$;

                        select from pg_temp\\.assert_unused\\(
                            'public\\.t_a',
                            scans => 0,
                            as_of => 'TIME',
                            counted_since => 'TIME',
                            observed => '[0-9]+/%s',
                            definition => 'CREATE INDEX t_a ON public\\.t USING btree \\(a\\)',
                            comment => 'once needed'
                        \\);

                        drop index concurrently if exists public\\.t_a;
                        """
                                .replace("TIME", time)
                                .formatted(database.name(), database.name()));
        List<String> before = database.schema();
        CommandRun migrated = CommandRun.in(folder, database, "migrate");
        assertThat(migrated.exitCode()).as(migrated.error()).isZero();
        assertThat(migrated.output()).containsPattern("public\\.t_a +[0-9]+ kB +- +- +dropped");
        assertThat(database.indexes()).noneMatch(index -> index.contains(" t_a "));
        CommandRun undone = CommandRun.in(folder, database, "undo", "--target", "2");
        assertThat(undone.exitCode()).as(undone.error()).isZero();
        assertThat(database.schema()).containsAll(before);
    }

    /** Partitions are created and dropped between the observations, and again between the drop and its undo. */
    @Test
    void a_partitioned_index_is_dropped_on_the_counters_of_all_its_parts() throws IOException {
        database.run("create table measured_0 partition of measured for values from ('2025-12-01') to ('2026-01-01')");
        observe();
        age(40);
        database.run(
                "drop table measured_0",
                "create table measured_3 partition of measured for values from ('2026-03-01') to ('2026-04-01')");
        work();
        observe();
        CommandRun scaffolded = scaffold("measured_a");
        assertThat(scaffolded.exitCode()).as(scaffolded.error()).isZero();
        assertThat(Files.readString(folder.resolve("db/migration/V2__drop_measured_a.sql")))
                .contains("-- Why:   no scan in 40 days, from ")
                .contains(
                        """
                            parts => array[
                                'CREATE INDEX measured_a ON ONLY public.measured USING btree (a)',
                                'CREATE INDEX measured_1_a_idx ON public.measured_1 USING btree (a)',
                        """)
                .endsWith("\ndrop index if exists public.measured_a;\n\n");
        List<String> before = database.indexes();
        CommandRun.in(folder, database, "migrate", "--evidence", file.toString())
                .assertSucceeded();
        assertThat(database.indexes()).noneMatch(index -> index.contains(" (a)") && index.contains("measured"));
        database.run("create table measured_4 partition of measured for values from ('2026-04-01') to ('2026-05-01')");
        CommandRun.in(folder, database, "undo", "--target", "2").assertSucceeded();
        assertThat(database.indexes())
                .containsAll(before)
                .contains("CREATE INDEX measured_4_a_idx ON public.measured_4 USING btree (a)");
        database.run(
                "set enable_seqscan = off; set enable_bitmapscan = off; select count(*) from measured_2 where a = 7");
        database.awaitCounters("relname = 'measured_2' and idx_scan = 1");
        assertThat(CommandRun.in(folder, database, "migrate").error())
                .contains(
                        "public.measured_a is not proven unused, so it was not dropped\n",
                        "it had been scanned 0 times when it was observed, and now 1 times\n");
        assertThat(CommandRun.in(folder, database, "migrate", "--evidence", file.toString())
                        .error())
                .containsPattern("V2, public\\.measured_a: a node has scanned it, the last time before [-0-9T:.]+Z\n");
        assertThat(database.indexes()).containsAll(before);
    }

    @Test
    void an_unproven_index_is_not_scaffolded() throws IOException {
        observeOver(40);
        CommandRun run = scaffold("t_p");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .contains(
                        "  t_p: it needs review: no scan in 40 days, but it alone leads with the columns of the foreign key t_p_fkey");
        assertThat(scaffold("idle_a").error())
                .contains("  idle_a: whether it is used is unknown: its table is hardly used");
        assertThat(scaffold("t_used").error()).contains("  t_used: the audit did not find it");
    }

    @Test
    void the_guard_refuses_an_index_that_has_changed_since_the_audit() throws IOException {
        observeOver(40);
        scaffold("t_a");
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            statement.execute("set enable_seqscan = off");
            statement.execute("set enable_bitmapscan = off");
            statement.execute("select count(*) from t where a = 7");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        database.awaitCounters("relname = 't' and idx_scan = 2");
        CommandRun run = CommandRun.in(folder, database, "migrate");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.error())
                .contains(
                        "public.t_a is not proven unused, so it was not dropped\n",
                        "it had been scanned 0 times when it was observed, and now 1 times\n",
                        "Nothing was changed. Observe every node again (dbopt observe), see what the audit now says about it");
        assertThat(database.indexes()).anyMatch(index -> index.contains(" t_a "));
    }

    /** The planner's estimate for a query that uses only the statistics of the index's expression, not the index. */
    private String expected(String condition) {
        return database.query("explain select from \"The App\".\"Order's\" where " + condition)
                .get(0)
                .replaceFirst(".* rows=", "rows=");
    }

    /** The planner takes no statistics from a partial index. */
    @Test
    void the_planner_keeps_the_statistics_of_a_dropped_expression_index() throws IOException {
        database.run(
                "create schema \"The App\"",
                "create table \"The App\".\"Order's\" (id int primary key, \"A b\" text, n int)",
                "create index \"It's \"\"long\"\", longer than most of the names that anybody gives\" on \"The App\".\"Order's\" "
                        + "(lower(\"A b\"), n, (n % 7) desc)",
                "create index \"only some\" on \"The App\".\"Order's\" (upper(\"A b\")) where n > 0");
        observe();
        age(40);
        database.run(
                "insert into \"The App\".\"Order's\" select n, 'Value' || n % 5, n from generate_series(1, 1000) n",
                "alter index \"The App\".\"It's \"\"long\"\", longer than most of the names that anybody gives\" alter column 1 set statistics 200",
                "analyze \"The App\".\"Order's\"");
        for (int read = 0; read < 50; read++) {
            database.query("select count(n) from \"The App\".\"Order's\"");
        }
        database.awaitCounters("relname = 'Order''s' and n_tup_ins = 1000 and seq_scan >= 50");
        observe();
        List<String> conditions = List.of("lower(\"A b\") = 'value3'", "n % 7 = 3", "upper(\"A b\") = 'VALUE3'");
        List<String> before = conditions.stream().map(this::expected).toList();
        assertThat(before).containsExactly("rows=200 width=0)", "rows=143 width=0)", "rows=5 width=0)");
        List<String> schema = database.schema();
        assertThat(json().path("unusedIndexes").valueStream())
                .filteredOn(unused -> unused.path("index").asString().equals("only some"))
                .singleElement()
                .satisfies(partial -> assertThat(partial.path("statisticsSql")).isEmpty());
        scaffolded("It's \"long\", longer than most of the names that anybody gives");
        CommandRun migrated = CommandRun.in(folder, database, "migrate");
        assertThat(migrated.exitCode()).as(migrated.error()).isZero();
        assertThat(database.indexes()).noneMatch(index -> index.contains("longer than most"));
        assertThat(conditions.stream().map(this::expected)).isEqualTo(before);
        assertThat(
                        database.query(
                                "select pg_get_statisticsobjdef(oid) || ' ' || stxstattarget from pg_statistic_ext order by stxname"))
                .hasSize(2)
                .anySatisfy(statistics -> assertThat(statistics)
                        .contains("ON lower(\"A b\") FROM \"The App\".\"Order's\"")
                        .endsWith(" 200"));
        CommandRun undone = CommandRun.in(folder, database, "undo", "--target", "2");
        assertThat(undone.exitCode()).as(undone.error()).isZero();
        assertThat(database.schema()).containsAll(schema);
        assertThat(database.query("select stxname from pg_statistic_ext")).isEmpty();
        assertThat(conditions.stream().map(this::expected)).isEqualTo(before);
    }

    @Test
    void other_statistics_with_the_same_name_stop_the_drop() throws IOException {
        observeOver(40);
        scaffolded("t_lower");
        database.run("create statistics t_lower_statistics on (upper(c)) from t");
        CommandRun run = CommandRun.in(folder, database, "migrate");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.error())
                .contains(
                        "The statistics public.t_lower_statistics are not those of the expressions of public.t_lower, so it was not dropped\n",
                        "Other statistics have these names: rename them (ALTER STATISTICS ... RENAME TO ...), and migrate again.");
        assertThat(database.indexes()).anyMatch(index -> index.contains(" t_lower "));
        database.run("alter statistics t_lower_statistics rename to mine");
        assertThat(CommandRun.in(folder, database, "migrate").exitCode()).isZero();
        assertThat(database.indexes()).noneMatch(index -> index.contains(" t_lower "));
    }

    @Test
    void observed_evidence_is_listed_next_to_a_finding_that_needs_review() throws IOException {
        database.run("create index t_c on t (c)", "create index t_c_like on t (c text_pattern_ops)");
        observeOver(40);
        CommandRun text = audit();
        assertThat(text.output())
                .containsPattern(
                        "t_c_like\n +operator_class: .*\n +- scans support dropping it: none in 40 days, from [-0-9T:.]+Z to [-0-9T:.]+Z, on localhost:[0-9]+/"
                                + database.name()
                                + "\n +- statements are inconclusive: localhost:[0-9]+/" + database.name()
                                + ": the extension pg_stat_statements is not installed in this database\n");
        assertThat(json().path("needsReview").valueStream())
                .filteredOn(finding -> finding.path("index").asString().equals("t_c_like"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.path("evidence").valueStream())
                        .extracting(found -> found.path("about").asString(), found -> found.path("says")
                                .asString())
                        .containsExactly(tuple("scans", "for"), tuple("statements", "unknown")));
        assertThat(CommandRun.in(folder, database, "audit", "--format", "json").output())
                .doesNotContain("\"evidence\"");
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            statement.execute("set enable_seqscan = off");
            statement.execute("set enable_bitmapscan = off");
            statement.execute("select count(*) from t where c like 'x%'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        database.awaitCounters("relname = 't' and idx_scan = 2");
        observe();
        CommandRun judged = audit(
                "--scaffold",
                folder.resolve("db").toString(),
                "--with-guard",
                "--index",
                "t_c_like",
                "--accept",
                "operator_class",
                "--because",
                "I know better");
        assertThat(judged.exitCode()).as(judged.error()).isZero();
        assertThat(judged.error())
                .containsPattern(
                        "WARNING: public\\.t_c_like: scans argue against dropping it: the last one before [-0-9T:.]+Z, though it may have been for plain =\n");
        assertThat(Files.readString(folder.resolve("db/migration/V2__drop_t_c_like.sql")))
                .containsPattern(
                        "--        I know better\n-- Seen:  scans argue against dropping it: .*\n-- Seen:  statements are inconclusive: .*\n-- Kept:  public\\.t_c\n");
    }

    private void scaffolded(String index) {
        CommandRun run = scaffold(index);
        assertThat(run.exitCode()).as(run.error()).isZero();
    }

    @Test
    void migrate_says_that_the_guard_sees_one_server_and_checks_all_with_the_evidence() throws IOException {
        observeOver(40);
        scaffolded("t_a");
        int lines = Files.readAllLines(file).size();
        CommandRun alone = CommandRun.in(folder, database, "migrate");
        assertThat(alone.exitCode()).as(alone.error()).isZero();
        assertThat(alone.error())
                .contains(
                        "WARNING: public.t_a: unused according to the counters of every node, but the guard sees only this server's. To check every node again before anything is dropped: dbopt migrate --evidence FILE\n");
        assertThat(Files.readAllLines(file)).hasSize(lines);
        assertThat(CommandRun.in(folder, database, "undo", "--target", "2").exitCode())
                .isZero();
        age(1);
        CommandRun rebuilt = CommandRun.in(folder, database, "migrate", "--evidence", file.toString());
        assertThat(rebuilt.exitCode()).isEqualTo(4);
        assertThat(rebuilt.error())
                .contains("with what every node has counted up to now, these are not proven unused:\n")
                .containsPattern(
                        "V2, public\\.t_a: too_short: no scan in 0\\.0 of 35 days, since .* \\(the index was rebuilt before, ")
                .contains(
                        "Nothing was changed. See what the audit now says about them (dbopt audit --evidence), and scaffold the migration again, or delete it.");
        assertThat(database.indexes()).anyMatch(index -> index.contains(" t_a "));
        assertThat(Files.readAllLines(file)).hasSize(lines + 1);
    }

    @Test
    void migrate_continues_if_no_node_scanned_the_index_and_stops_checking_once_dropped() throws IOException {
        observeOver(40);
        scaffolded("t_a");
        CommandRun migrated = CommandRun.in(folder, database, "migrate", "--evidence", file.toString());
        assertThat(migrated.exitCode()).as(migrated.error()).isZero();
        assertThat(migrated.output()).containsPattern("public\\.t_a +[0-9]+ kB +- +- +dropped");
        assertThat(migrated.error())
                .containsPattern("localhost:[0-9]+/" + database.name() + ": primary, timeline 1;")
                .doesNotContain("WARNING");
        int lines = Files.readAllLines(file).size();
        assertThat(CommandRun.in(folder, database, "migrate", "--evidence", file.toString())
                        .exitCode())
                .isZero();
        assertThat(Files.readAllLines(file)).hasSize(lines);
    }

    @Test
    void migrate_refuses_nodes_without_a_file_an_empty_file_and_an_unreachable_node() throws IOException {
        observeOver(40);
        scaffolded("t_a");
        CommandRun without = CommandRun.in(folder, database, "migrate", "--node", database.url());
        assertThat(without.exitCode()).isEqualTo(2);
        assertThat(without.error())
                .contains(
                        "--node names a server to ask about unused indexes, by what it has counted before: add --evidence FILE.\nNothing was changed.");
        Path empty = folder.resolve("empty.jsonl");
        CommandRun nothing = CommandRun.in(folder, database, "migrate", "--evidence", empty.toString());
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.error()).contains("holds no observation, so it proves nothing unused.\n");
        assertThat(empty).doesNotExist();
        CommandRun silent = CommandRun.in(
                folder,
                database,
                "migrate",
                "--evidence",
                file.toString(),
                "--node",
                "jdbc:postgresql://localhost:1/" + database.name());
        assertThat(silent.exitCode()).isEqualTo(3);
        assertThat(silent.error())
                .contains("Cannot connect to localhost:1/" + database.name())
                .contains("\nWithout every node no index is proven unused, so nothing was migrated.\n");
        assertThat(database.indexes()).anyMatch(index -> index.contains(" t_a "));
    }
}
