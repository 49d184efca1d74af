package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each statement that the audit advises runs, on ordinary, partitioned and quoted tables, and as the tables' owner. */
@Timeout(120)
class AdvisedStatementsTest {
    /** As the reasons hold them, up to what follows the last name; each name in the test is quoted. */
    private static final Pattern STATEMENT = Pattern.compile(
            "(?:ALTER TABLE|DROP INDEX|REINDEX INDEX)(?: CONCURRENTLY)? (?:public|\"[^\"]+\")\\.\"[^\"]+\"(?: [A-Z ]+ \"[^\"]+\")?");

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @Test
    void statements_of_proven_findings_drop_and_restore_the_indexes() {
        database.run(
                "create schema \"The App\"",
                "create table \"The App\".\"Order's\" (\"A b\" int, c text)",
                "create index \"one; --\" on \"The App\".\"Order's\" (\"A b\")",
                "create index \"Two\" on \"The App\".\"Order's\" (\"A b\", c)",
                "create index \"Three\" on \"The App\".\"Order's\" (lower(c)) where \"A b\" > 0",
                "create index \"Four\" on \"The App\".\"Order's\" (lower(c)) where \"A b\" > 0",
                "create table parts (a int, b int) partition by range (a)",
                "create table \"Part 1\" partition of parts for values from (0) to (10)",
                "create index \"only here\" on \"Part 1\" (b)",
                "create index wide on \"Part 1\" (b, a)",
                "create table \"Part 2\" partition of parts default partition by list (b)",
                "create table \"Part 2 rest\" partition of \"Part 2\" default",
                "create index \"of all\" on parts (a) where b > 0",
                "create index on parts (a, b) where b > 0");
        List<String> before = database.indexes();
        List<JsonNode> found = findings("redundantIndexes");
        assertThat(found).hasSize(4);
        found.forEach(finding -> database.run(finding.get("dropSql").asString()));
        // the partitioned one with the parts of two partitions and of the partition of one
        assertThat(database.indexes()).hasSize(before.size() - 3 - 4);
        assertThat(findings("redundantIndexes")).isEmpty();
        found.forEach(finding -> {
            Pattern.compile("; (?=CREATE|ALTER)")
                    .splitAsStream(finding.get("undoSql").asString())
                    .forEach(database::run);
        });
        assertThat(database.indexes()).isEqualTo(before);
    }

    @Test
    void statements_in_the_reasons_can_be_run() {
        database.run(
                "create schema \"The App\"",
                "create table \"The App\".\"Order's\" (\"A b\" int primary key, c int not null, d int)",
                "alter table \"The App\".\"Order's\" add constraint \"is unique\" unique (\"A b\")",
                "create unique index \"Identity\" on \"The App\".\"Order's\" (\"A b\")",
                "alter table \"The App\".\"Order's\" replica identity using index \"Identity\"",
                "create index \"Clustered\" on \"The App\".\"Order's\" (c desc)",
                "create index \"Other way\" on \"The App\".\"Order's\" (c, d)",
                "alter table \"The App\".\"Order's\" cluster on \"Clustered\"",
                "create index \"Broken\" on \"The App\".\"Order's\" (d)",
                "create index \"Broken_ccnew\" on \"The App\".\"Order's\" (d)",
                "create table \"Parts\" (a int, b int) partition by range (a)",
                "create table \"Part 1\" partition of \"Parts\" for values from (0) to (10)",
                "create index \"Narrow\" on \"Parts\" (a desc)",
                "create index \"Wide\" on \"Parts\" (a, b)");
        database.runAsSuperuser("update pg_index set indisvalid = false where indexrelid in"
                + " ('\"The App\".\"Broken\"'::regclass, '\"The App\".\"Broken_ccnew\"'::regclass)");
        List<String> statements = new ArrayList<>();
        for (JsonNode finding : findings("needsReview")) {
            Matcher matcher = STATEMENT.matcher(finding.get("reason").asString());
            while (matcher.find()) {
                statements.add(matcher.group());
            }
        }
        assertThat(statements)
                .containsExactlyInAnyOrder(
                        "ALTER TABLE \"The App\".\"Order's\" DROP CONSTRAINT \"is unique\"",
                        "ALTER TABLE \"The App\".\"Order's\" REPLICA IDENTITY USING INDEX \"Order's_pkey\"",
                        "ALTER TABLE \"The App\".\"Order's\" CLUSTER ON \"Other way\"",
                        "REINDEX INDEX CONCURRENTLY \"The App\".\"Broken\"",
                        "DROP INDEX CONCURRENTLY \"The App\".\"Broken\"",
                        "DROP INDEX CONCURRENTLY \"The App\".\"Broken_ccnew\"",
                        "DROP INDEX public.\"Narrow\"")
                .allSatisfy(database::run);
    }

    private List<JsonNode> findings(String field) {
        CommandRun run = CommandRun.on(database, "audit", "--format", "json");
        run.assertSucceeded();
        return JsonMapper.shared()
                .readTree(run.output())
                .get(field)
                .valueStream()
                .toList();
    }
}
