package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.FindingPage;
import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.findings.RedundantIndex;
import dbopt.guard.CaseDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each kind of finding of the audit has a page, whose example is found and whose fix puts it right. {@code mvn test
 * -Dtest=FindingPagesTest -Ddbopt.rewrite=true} writes what is found into the pages again, and the list of all pages.
 */
@Timeout(60)
@Tag("anyversion")
class FindingPagesTest {
    private static final Pattern CODES = Pattern.compile("(?m)^ *(?:\\([0-9, ]+|.* then |else )'([a-z_]+)'(?:,|$| )");

    private static final Pattern FINDING = Pattern.compile("(?m)^(?:duplicate|prefix|review) .*\n(?: +.*\n)*");

    /** Changes by time or an interruption that precede the finding. */
    private static final Map<String, String> HAPPENS = Map.of(
            "older_transactions",
                    "update pg_index set indcheckxmin = true where indexrelid = 'orders_customer_placed'::regclass",
            "leftover", "update pg_index set indisvalid = false where indexrelid = 'orders_customer_ccnew'::regclass",
            "invalid", "update pg_index set indisvalid = false where indexrelid = 'orders_customer'::regclass");

    private static final Set<String> BUILDING = Set.of("building", "building_unknown");

    /** Findings that need weeks of observations, and the reasons to keep such an index: see EvidenceAuditTest. */
    private static final Set<String> BY_EVIDENCE =
            Set.of("unused", "extension", "unique", "supports_foreign_key", "expression", "hinted", "sharded");

    static Stream<String> found() {
        return kinds().stream().filter(kind -> !BUILDING.contains(kind) && !BY_EVIDENCE.contains(kind));
    }

    @Test
    void every_check_kind_and_code_has_a_page_and_there_is_no_other_page() {
        Set<String> all = new TreeSet<>(kinds());
        // from observations or of the report itself, and not from a file
        all.addAll(Set.of("grown_indexes", "watched_drops", "tables_and_indexes"));
        BundledSql.in(Path.of("")).sqlFiles("db/health").stream()
                .map(file -> file.replaceFirst(".*/(.*)\\.sql", "$1"))
                .forEach(all::add);
        assertThat(FindingPage.kinds()).containsExactlyElementsOf(all);
        FindingPage.assertListed();
    }

    @Test
    void the_page_of_unused_indexes_explains_every_code_of_missing_evidence() {
        Set<String> codes = Pattern.compile("new Unknown\\(\\s*\"([a-z_]+)\"")
                .matcher(CaseDatabase.file("src/main/java/dbopt/evidence/Evidence.java"))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(codes).hasSizeGreaterThan(5);
        assertThat(Pattern.compile("(?m)^\\| `([a-z_]+)` \\|")
                        .matcher(CaseDatabase.file("dev/guides/checks/unused.md"))
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(codes);
    }

    @ParameterizedTest
    @MethodSource("found")
    void each_page_shows_an_example_that_its_fix_repairs(String kind) {
        FindingPage page = FindingPage.of(kind);
        try (TestDatabase database = TestDatabase.empty()) {
            page.example().forEach(database::run);
            if (HAPPENS.containsKey(kind)) {
                database.runAsSuperuser(HAPPENS.get(kind));
            }
            page.assertSays(page.head(), findings(database.address(), kind));
            database.run(page.fix().toArray(String[]::new));
            assertThat(audit(database.address())).doesNotContain(marked(kind));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"building", "building_unknown"})
    void a_page_shows_a_build_in_progress(String kind) throws SQLException {
        FindingPage page = FindingPage.of(kind);
        try (TestDatabase database = TestDatabase.empty();
                Connection blocker = database.connect();
                Connection builder = database.connect()) {
            page.example().forEach(database::run);
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table orders in row exclusive mode");
            Thread build = new Thread(() -> build(builder));
            build.start();
            Map<String, String> reader = new HashMap<>(
                    kind.equals("building") ? database.address() : Map.of("FLYWAY_URL", database.urlOfStranger()));
            Await.until(() -> audit(reader).contains(marked(kind)), () -> "the build begins");
            page.assertSays(page.head(), findings(reader, kind));
            database.run(page.fix().toArray(String[]::new));
            blocker.rollback();
            Await.until(() -> !build.isAlive(), () -> "the build ends");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unused", "extension", "unique", "supports_foreign_key", "expression", "hinted"})
    void every_statement_of_a_page_without_output_runs(String kind) {
        FindingPage page = FindingPage.of(kind);
        assertThat(page.found()).isEmpty();
        try (TestDatabase database = TestDatabase.empty()) {
            page.example().forEach(database::run);
            database.run(page.fix().toArray(String[]::new));
        }
    }

    private static void build(Connection builder) {
        try (Statement statement = builder.createStatement()) {
            statement.execute("create index concurrently orders_customer on orders (customer_id)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String findings(Map<String, String> address, String kind) {
        String report = audit(address);
        String found = FINDING.matcher(report).results().map(MatchResult::group).collect(Collectors.joining());
        assertThat("\n" + found).as(report).contains(marked(kind));
        return found;
    }

    private static String audit(Map<String, String> address) {
        CommandRun run = CommandRun.with(address, "audit");
        run.assertSucceeded();
        return run.output();
    }

    /** The name of the kind in the text of the audit. */
    private static String marked(String kind) {
        return kind.equals("duplicate") || kind.equals("prefix") ? "\n" + kind + " " : " " + kind + ": ";
    }

    /** From the files that give them: the kinds of redundancy, the codes of a review, and those of the evidence. */
    private static Set<String> kinds() {
        Set<String> kinds = new TreeSet<>();
        Stream.of(RedundantIndex.Kind.values()).map(RedundantIndex.Kind::label).forEach(kinds::add);
        kinds.add(RedundantIndex.PARTITIONED);
        kinds.add("unused");
        kinds.add("hinted");
        for (String file : List.of("db/audit/needs_review.sql", "db/audit/observed_indexes.sql")) {
            CODES.matcher(CaseDatabase.file(file))
                    .results()
                    .map(found -> found.group(1))
                    .forEach(kinds::add);
        }
        return kinds;
    }
}
