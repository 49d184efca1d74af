package dbopt.audit;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A database with a schema for each tenant: what is found in each is one finding. */
class EqualSchemasAuditTest {
    private static final List<String> TENANT = List.of(
            "create schema %s",
            "create table %1$s.orders (id bigint primary key, customer int, day date, state text)",
            "create table %1$s.note (id bigint primary key, text text)",
            "create index orders_customer on %1$s.orders (customer)",
            "create index orders_customer_day on %1$s.orders (customer, day)",
            "create index orders_state on %1$s.orders (state)",
            "create index orders_state_pattern on %1$s.orders (state text_pattern_ops)");

    /** The partitioned indexes and their parts, with their comments. */
    private static final String ATTACHED =
            """
            select c.oid::regclass || coalesce(' of ' || h.inhparent::regclass, '') || coalesce(' ' || obj_description(c.oid, 'pg_class'), '')
            from pg_class c
            left join pg_inherits h on h.inhrelid = c.oid
            where c.relkind = 'I' or c.relkind = 'i' and c.relispartition
            order by 1""";

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private void make(String... schemas) {
        for (String schema : schemas) {
            database.run(TENANT.stream()
                    .map(statement -> statement.formatted(schema))
                    .toArray(String[]::new));
        }
    }

    private CommandRun audit(String... more) {
        CommandRun run = CommandRun.in(
                folder,
                database,
                Stream.concat(Stream.of("audit"), Stream.of(more)).toArray(String[]::new));
        assertThat(run.exitCode()).as(run.error()).isZero();
        return run;
    }

    @Test
    void reports_a_finding_of_equal_schemas_once() {
        make("t1", "t2", "t3", "t4", "t5");
        database.run("drop index t4.orders_customer_day", "create index extra on t5.orders (customer)");
        // PostgreSQL 14 says since when it counts in a new database, later versions do not
        String text = audit().output().replaceAll("counted since [0-9-]{10}", "counted since an unknown time");
        assertThat(text.substring(text.indexOf('\n') + 1))
                .isEqualTo(
                        """

                        Proven redundant; all of them can be dropped:
                        prefix         32 kB  orders: orders_customer, in 4 of 5 schemas: t1, t2, t3, t5
                                              its keys are the leading keys of orders_customer_day
                        prefix          8 kB  t5.orders: extra
                                              its keys are the leading keys of orders_customer_day
                        Scans are counted since an unknown time; an index without a number had no scan.

                        Needs review:
                        review         40 kB  orders: orders_state_pattern, in 5 schemas: t1, t2, t3 and 2 more
                                              operator_class: it serves LIKE 'x%' outside the C collation, which orders_state does not; for = the latter is enough

                        3 equal schemas, reported as one (--every-schema reports each): t1, t2, t3
                          nearly equal: t4, which lacks the index orders_customer_day of orders
                          nearly equal: t5, which has the index extra of orders besides

                        Explained, each with an example: dev/guides/checks/prefix.md, dev/guides/checks/operator_class.md
                        """);
        assertThat(audit("--every-schema").output())
                .contains("  t1.orders: orders_customer\n", "  t3.orders: orders_customer\n")
                .doesNotContain("t4.orders: orders_customer\n", "equal");
    }

    @Test
    void json_lists_each_finding_and_which_schemas_are_equal() {
        make("t1", "t2", "t3");
        database.run("drop index t3.orders_state");
        JsonNode report = JsonMapper.shared().readTree(audit("--format", "json").output());
        assertThat(report.path("redundantIndexes").valueStream())
                .extracting(finding -> finding.path("dropSql").asString())
                .containsExactly(
                        "DROP INDEX CONCURRENTLY t1.orders_customer",
                        "DROP INDEX CONCURRENTLY t2.orders_customer",
                        "DROP INDEX CONCURRENTLY t3.orders_customer");
        assertThat(report.path("schemaGroups").toString())
                .isEqualTo(
                        """
                        [{"schemas":["t1","t2"],"deviating":[{"schema":"t3","differences":["lacks the index orders_state of orders"]}]}]""");
    }

    @Test
    void adds_up_scans_and_shows_one_example_of_a_note_on_some_schemas() {
        make("t1", "t2", "t3");
        database.run(
                "comment on index t2.orders_customer is 'asked by 2 reports'",
                "comment on index t3.orders_customer is 'asked by 3 reports'",
                "insert into t1.orders select n, n from generate_series(1, 1000) n",
                "insert into t2.orders select n, n from generate_series(1, 1000) n",
                "analyze");
        database.run("set enable_seqscan = off", "select count(*) from t1.orders where customer = 7");
        database.run("set enable_seqscan = off", "select count(*) from t2.orders where customer = 7");
        database.awaitCounters("relname = 'orders' and idx_scan > 0 and schemaname = 't1'");
        database.awaitCounters("relname = 'orders' and idx_scan > 0 and schemaname = 't2'");
        assertThat(audit().output())
                .containsPattern(
                        """
                        orders: orders_customer, in 3 schemas: t1, t2, t3
                         +its keys are the leading keys of orders_customer_day
                         +- 0 scans of it, 2 of orders_customer_day
                         +- in t2: its comment says: asked by 2 reports
                        """);
    }

    private static final Pattern AT = Pattern.compile("(?<=\"at\":\")[^\"]+");

    private Path observe() {
        Path file = folder.resolve("observations.jsonl");
        CommandRun run = CommandRun.in(folder, database, "observe", file.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        return file;
    }

    /** The first observation is then 40 days old, and in two of the schemas the application has worked on the table since. */
    private Path observeOverFortyDays(String table) throws IOException {
        database.awaitCounters("schemaname = 't2' and relname = '%s' and n_tup_ins = 1".formatted(table));
        Path file = observe();
        Files.writeString(file, AT.matcher(Files.readString(file)).replaceAll(at -> Instant.parse(at.group())
                .minus(Duration.ofDays(40))
                .toString()));
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            for (String schema : List.of("t1", "t2")) {
                statement.execute("insert into %s.note select n, n from generate_series(2, 500) n".formatted(schema));
                for (int read = 0; read < 50; read++) {
                    statement.execute("select count(text) from %s.note".formatted(schema));
                }
            }
            statement.execute("set enable_seqscan = off");
            statement.execute("set enable_bitmapscan = off");
            statement.execute("select count(*) from t2.note where author = 7");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        String worked = "relname = '%s' and n_tup_ins = 500 and seq_scan >= 50".formatted(table);
        database.awaitCounters("schemaname = 't1' and " + worked);
        database.awaitCounters("schemaname = 't2' and idx_scan = 1 and " + worked);
        return file;
    }

    private void makeNotes(String... schemas) {
        for (String schema : schemas) {
            database.run(
                    "create schema " + schema,
                    "create table %s.note (author int, text text)".formatted(schema),
                    "create index note_author on %s.note (author)".formatted(schema),
                    "create index note_text on %s.note (text)".formatted(schema),
                    "insert into %s.note values (1, 'a')".formatted(schema));
        }
    }

    @Test
    void an_index_is_unused_only_if_no_equal_schema_scanned_it_and_idle_schemas_follow() throws IOException {
        makeNotes("t3", "t1", "t2");
        Path file = observeOverFortyDays("note");
        observe();
        String[] asked = {"--evidence", file.toString()};
        assertThat(audit(asked).output())
                .containsPattern("; 3 unused, [0-9]+ kB; 0 unknown\n")
                .containsPattern(
                        """
                        unused +[0-9]+ kB  note: note_text, in 3 schemas: t1, t2, t3
                         +- no scan in 40 days, from .*
                         +- this time contains the month ends .*
                         +- its table is read 2\\.[45] times a day; 2[45]\\.[0-9] rows a day are written to this index
                        """)
                .contains(
                        "\n1 index is without a scan, but the same in an equal schema was scanned: an index that one of them needs is needed in all, so it stays.\n");
        JsonNode alone = JsonMapper.shared()
                .readTree(audit("--evidence", file.toString(), "--every-schema", "--format", "json")
                        .output());
        assertThat(alone.path("unusedIndexes").valueStream())
                .extracting(index -> index.path("schema").asString() + "."
                        + index.path("index").asString())
                .containsExactly("t1.note_author", "t1.note_text", "t2.note_text");
        assertThat(alone.path("unknownIndexes").valueStream())
                .extracting(index -> index.path("schema").asString() + "."
                        + index.path("code").asString())
                .containsExactly("t3.table_idle", "t3.table_idle");
        migrate_judges_by_the_same_rule(file);
    }

    private void migrate_judges_by_the_same_rule(Path file) throws IOException {
        List<String> before = database.indexes();
        scaffold("one", file, "--every-schema", "--index", "t1.note_author");
        CommandRun refused = run("one", "migrate", "--evidence", file.toString());
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.error())
                .contains(
                        "V2, t1.note_author: a node has scanned the same index in the equal schema t2: an index that one of them needs is needed in all (--every-schema judges each schema by itself)\nNothing was changed.");
        assertThat(database.indexes()).isEqualTo(before);
        run("one", "migrate", "--evidence", file.toString(), "--every-schema").assertSucceeded();
        assertThat(database.indexes())
                .isEqualTo(without(before, index -> index.contains(" t1.") && index.endsWith("(author)")));
        run("one", "undo", "--target", "2").assertSucceeded();
        assertThat(database.indexes()).isEqualTo(before);
        assertThat(run("one", "migrate", "--every-schema").error())
                .isEqualTo(
                        "--every-schema judges the unused indexes of each schema by itself: add --evidence FILE.\nNothing was changed.\n");

        scaffold("each", file, "--each-schema", "--index", "note_text");
        run("each", "migrate", "--schemas", "t?", "--evidence", file.toString()).assertSucceeded();
        assertThat(database.indexes()).isEqualTo(without(before, index -> index.endsWith("(text)")));
        run("each", "undo", "--schemas", "t?", "--target", "2").assertSucceeded();
        assertThat(database.indexes()).isEqualTo(before);
    }

    private static List<String> without(List<String> indexes, Predicate<String> gone) {
        return indexes.stream().filter(not(gone)).toList();
    }

    /** The index is judged by its parts and by the indexes of the equal schemas. */
    @Test
    @Tag("long")
    void migrate_judges_a_partitioned_index_by_the_same_rule() throws IOException {
        for (String schema : List.of("t3", "t1", "t2")) {
            database.run(
                    "create schema " + schema,
                    "create table %s.note (author int, text text) partition by list (author)".formatted(schema),
                    "create table %1$s.note_all partition of %1$s.note default".formatted(schema),
                    "create index note_author on %s.note (author)".formatted(schema),
                    "create index note_text on %s.note (text)".formatted(schema),
                    "insert into %s.note values (1, 'a')".formatted(schema));
        }
        Path file = observeOverFortyDays("note_all");
        observe();
        migrate_judges_by_the_same_rule(file);
    }

    @Test
    @Tag("long")
    void a_pair_for_each_schema_drops_and_restores_partitioned_and_judged_indexes() throws IOException {
        make("t1", "\"T 2\"", "t3");
        for (String schema : List.of("t1", "\"T 2\"", "t3")) {
            database.run(
                    "create table %s.event (day date, kind text) partition by range (day)".formatted(schema),
                    "create table %1$s.event_old partition of %1$s.event for values from (minvalue) to ('2026-01-01')"
                            .formatted(schema),
                    "create table %1$s.event_new partition of %1$s.event default partition by list (kind)"
                            .formatted(schema),
                    "create table %1$s.event_new_rest partition of %1$s.event_new default".formatted(schema),
                    "create index event_day on %s.event (day)".formatted(schema),
                    "create index event_day_kind on %s.event (day, kind)".formatted(schema),
                    "comment on index %s.event_day is 'by day'".formatted(schema));
        }
        List<String> attached = database.query(ATTACHED);
        assertThat(attached)
                .hasSize(24)
                .filteredOn(index -> index.endsWith(" by day"))
                .hasSize(3);
        scaffold("pairs", "--each-schema", "--index", "event_day");
        scaffold(
                "pairs",
                "--each-schema",
                "--index",
                "orders_state_pattern",
                "--accept",
                "operator_class",
                "--because",
                "No LIKE in a year of statements");
        List<String> indexes = database.indexes();
        CommandRun migrated = run("pairs", "migrate", "--schemas", "t?,T 2");
        migrated.assertSucceeded();
        assertThat(migrated.output()).contains("T 2: applied baseline 1, V2, V3; freed 24 kB\n");
        assertThat(database.indexes())
                .isEqualTo(without(indexes, index -> index.endsWith("(day)") || index.endsWith("text_pattern_ops)")));
        run("pairs", "undo", "--schemas", "t?,T 2", "--target", "2").assertSucceeded();
        assertThat(database.indexes()).isEqualTo(indexes);
        assertThat(database.query(ATTACHED)).isEqualTo(attached);
    }

    private void scaffold(String project, Path file, String... more) throws IOException {
        scaffold(
                project,
                Stream.concat(Stream.of("--evidence", file.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private void scaffold(String project, String... more) throws IOException {
        Path db = Files.createDirectories(folder.resolve(project).resolve("db/migration"))
                .getParent();
        Files.createDirectories(db.resolve("undo"));
        Files.writeString(
                db.resolve("flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.postgresql.transactional.lock=false
                flyway.baselineOnMigrate=true
                """);
        Files.writeString(db.resolve("migration/V1__before.sql"), "select 1;\n");
        run(
                        project,
                        Stream.concat(Stream.of("audit", "--scaffold", db.toString(), "--with-guard"), Stream.of(more))
                                .toArray(String[]::new))
                .assertSucceeded();
    }

    private CommandRun run(String project, String... arguments) {
        return CommandRun.in(folder.resolve(project), database, arguments);
    }

    @Test
    void a_finding_unknown_in_one_schema_is_unknown_in_all_equal_schemas() throws IOException {
        makeNotes("t1", "t2");
        Path file = observeOverFortyDays("note");
        makeNotes("t3");
        observe();
        assertThat(audit("--evidence", file.toString()).output())
                .contains("; 0 unused, 0 bytes; 3 unknown\n")
                .containsPattern(
                        "too_short: in the equal schema t3: no scan in 0\\.0 of 35 days[^\n]*\n +note_text \\(in 2 of 3 schemas: t1, t2\\)\n");
    }
}
