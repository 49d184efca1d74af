package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.FindingPage;
import dbopt.MadeUpCitus;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each check has a page. It begins with what the head of its file says, its example is found, and its fix puts it right.
 * {@code mvn test -Dtest=CheckPagesTest -Ddbopt.rewrite=true} writes the pages again.
 */
@Timeout(60)
@Tag("anyversion")
class CheckPagesTest {
    /** Changes by an administrator, an interruption or time that precede the finding. */
    private static final Map<String, String> HAPPENS = Map.of(
            "invalid_indexes", "update pg_index set indisvalid = false where indexrelid = 'orders_customer'::regclass",
            "replication_slots", "select pg_create_physical_replication_slot('old_standby', true)",
            "wraparound",
                    "update pg_class set relfrozenxid = (4294967296 - 400000000)::text::xid where relname = 'orders'");

    /** Statements of another session whose transaction stays open. */
    private static final Map<String, String> OPEN = Map.of(
            "locked_relations", "lock table orders in access exclusive mode",
            "long_transactions", "select 1");

    private static final Set<String> BY_A_SUPERUSER = Set.of("autovacuum_settings", "replication_slots");

    /** Findings that are repaired by a restart, by waiting or by changing queries, or need no repair. */
    private static final Set<String> NOT_AT_ONCE =
            Set.of("autovacuum_settings", "long_transactions", "sequential_scans", "index_ratio", "sharded");

    static List<String> checks() {
        return CheckRun.queries().checks().stream().map(Check::name).toList();
    }

    @ParameterizedTest
    @MethodSource("checks")
    void repeats_the_text_of_the_check_and_shows_an_example_that_its_fix_repairs(String name) throws SQLException {
        FindingPage page = FindingPage.of(name);
        Check check = CheckRun.check(name);
        Check asked = name.equals("long_transactions") ? atOnce(check) : check;
        try (TestDatabase database = database(name);
                Connection other = database.connect()) {
            page.example().forEach(database::run);
            if (HAPPENS.containsKey(name)) {
                database.runAsSuperuser(HAPPENS.get(name));
            }
            if (name.equals("sharded")) {
                MadeUpCitus.in(database);
                MadeUpCitus.divide(database, "orders", 102008);
            }
            if (OPEN.containsKey(name)) {
                other.setAutoCommit(false);
                other.createStatement().execute(OPEN.get(name));
            }
            List<String> found = CheckRun.shownOnce(database, asked, lines -> !lines.isEmpty());
            assertThat(found).isNotEmpty();
            page.assertSays(
                    head(check),
                    // no session waits for it here
                    String.join("\n", found).replaceFirst("  [0-9]+ s  pid", "  12 min  pid") + "\n");
            if (BY_A_SUPERUSER.contains(name)) {
                database.runAsSuperuser(page.fix().toArray(String[]::new));
                database.runAsSuperuser("alter system reset autovacuum");
            } else {
                database.run(page.fix().toArray(String[]::new));
            }
            if (!NOT_AT_ONCE.contains(name)) {
                assertThat(CheckRun.shownOnce(database, asked, List::isEmpty)).isEmpty();
            }
        }
    }

    @Test
    void the_pages_of_checks_without_a_file_repeat_the_text_of_those_checks() throws IOException {
        for (Check check : List.of(DropVerdicts.CHECK, GrownIndexes.CHECK, ReportReader.TABLES_AND_INDEXES)) {
            String page = Files.readString(Path.of("dev/guides/checks/" + check.name() + ".md"))
                    .replace("`", "");
            assertThat(page)
                    .contains(check.title(), "**When:** " + check.severityRule() + ".")
                    .contains("**Why it matters:** " + check.why())
                    .contains("**What to do:** " + check.whatToDo());
        }
    }

    @Test
    void tables_and_indexes_that_the_report_cannot_read_have_a_page() {
        FindingPage page = FindingPage.of(ReportReader.TABLES_AND_INDEXES.name());
        try (TestDatabase database = TestDatabase.empty()) {
            database.runAsSuperuser(page.example().toArray(String[]::new));
            String health = CommandRun.on(database, "health").output();
            page.assertSays(
                    page.head(),
                    health.lines()
                                    .dropWhile(line -> !line.endsWith("  Tables and indexes"))
                                    .skip(1)
                                    .findFirst()
                                    .orElseThrow()
                                    .strip()
                            + "\n");
            assertThat(health).contains("See dev/guides/checks/tables_and_indexes.md");
            database.runAsSuperuser(page.fix().toArray(String[]::new));
            assertThat(CommandRun.on(database, "health").output()).doesNotContain("  Tables and indexes\n");
        }
    }

    private static String head(Check check) {
        return """
                <!-- Up to the example from the head of db/health/%s.sql: CheckPagesTest says how to write it again. -->
                # %s

                **When:** %s.

                **Why it matters:** %s

                **What to do:** %s

                """
                .formatted(check.name(), check.title(), check.severityRule(), check.why(), check.whatToDo());
    }

    private static TestDatabase database(String check) {
        if (!check.equals("dropped_indexes") && !check.equals("undone_indexes")) {
            return TestDatabase.empty();
        }
        TestDatabase database = TestDatabase.audited();
        database.flyway().target("2").load().migrate();
        if (check.equals("undone_indexes")) {
            CommandRun.on(database, "undo").assertSucceeded();
        }
        return database;
    }

    /** The check with the tolerated age of a transaction set to zero. */
    private static Check atOnce(Check check) {
        return new Check(
                check.name(),
                check.title(),
                check.severityRule(),
                check.why(),
                check.whatToDo(),
                check.needs(),
                check.sql().replace("interval '5 minutes'", "interval '0 minutes'"));
    }
}
