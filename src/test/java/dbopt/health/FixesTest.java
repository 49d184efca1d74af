package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import dbopt.accepted.AcceptedFindings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each statement that the report advises runs, on ordinary, partitioned and quoted tables, and as the tables' owner. */
@Timeout(120)
class FixesTest {
    private static final Set<String> TRIED_TOGETHER = Set.of(
            "autovacuum_disabled",
            "autovacuum_thresholds",
            "dead_rows",
            "foreign_keys_without_index",
            "invalid_indexes",
            "not_valid_constraints",
            "stale_statistics",
            "wraparound");

    /** Checks whose statements a separate test covers; the last is for the administrator of the server. */
    private static final Set<String> TRIED_ALONE =
            Set.of("bloated_indexes", "dropped_indexes", "undone_indexes", "autovacuum_settings");

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @Test
    void every_advised_statement_runs() throws SQLException {
        database.run(
                "create schema \"The App\"",
                "create table parent (a int primary key)",
                "create table \"The App\".\"Order's\" (a int references parent, \"B c\" int, d int, s text) with (autovacuum_enabled = off)",
                "insert into parent select n from generate_series(1, 5000) n",
                "insert into \"The App\".\"Order's\" select n, n, n, repeat('x', 3000) from generate_series(1, 5000) n",
                "create table parts (a int references parent, b int) partition by range (a)",
                "create table parts_low partition of parts for values from (0) to (2000)",
                "create table \"Parts High\" partition of parts for values from (2000) to (9000)",
                "insert into parts select n, n from generate_series(1, 5000) n",
                "create index \"Single one\" on \"The App\".\"Order's\" (\"B c\")",
                "create unique index \"Unique_ccnew\" on \"The App\".\"Order's\" (d)",
                "create index parts_b on only parts (b)",
                "alter table \"The App\".\"Order's\" add constraint \"it's new\" check (a > 0) not valid",
                "create table ranges (r int4range, exclude using gist (r with &&))",
                "delete from \"The App\".\"Order's\" where a > 2000",
                "delete from parts where a > 1000",
                "create materialized view seen as select 1 as n with no data",
                "create table \"Hollow one\" (a int)",
                "create temporary table mine as select n from generate_series(1, 5000) n");
        if (version() >= 18) {
            database.run("alter table \"The App\".\"Order's\" add constraint filled not null d not valid");
        }
        database.runAsSuperuser(
                "update pg_index set indisvalid = false where indexrelid in ('\"The App\".\"Single one\"'::regclass,"
                        + " '\"The App\".\"Unique_ccnew\"'::regclass, 'ranges_r_excl'::regclass)",
                "update pg_class set reltuples = 1000000 where relname in ('Hollow one', 'seen', 'parts')",
                "update pg_class set relfrozenxid = (4294967296 - 400000000)::text::xid where relname in ('Parts High')");
        database.awaitCounters("relname = 'Parts High' and n_dead_tup > 1000");
        database.awaitCounters("relname = 'Order''s' and n_dead_tup > 1000");
        HealthReport report = report();
        List<String> fixes = report.results().stream()
                .flatMap(result -> result.findings().stream())
                .flatMap(finding -> finding.fix().stream())
                .filter(fix -> !fix.startsWith("alter system")) // for the server's administrator
                .toList();
        Set<String> kinds = report.results().stream()
                .filter(result -> result.findings().stream()
                        .anyMatch(finding -> finding.fix().isPresent()))
                .map(result -> result.check().name())
                .collect(Collectors.toSet());
        assertThat(kinds).containsAll(TRIED_TOGETHER);
        assertThat(report.results()).allSatisfy(result -> assertThat(result.findings())
                .noneMatch(finding -> finding.object().equals("this check")));
        assertThat(fixes).allSatisfy(database::run);
        database.awaitCounters("relname = 'Parts High' and n_dead_tup = 0 and last_vacuum is not null");
        database.awaitCounters("relname = 'Order''s' and n_dead_tup = 0 and last_vacuum is not null");
        assertThat(report().results().stream()
                        .filter(result -> Set.of("foreign_keys_without_index", "not_valid_constraints", "dead_rows")
                                .contains(result.check().name()))
                        .flatMap(result -> result.findings().stream()))
                .isEmpty();
    }

    @Test
    void the_statements_of_every_check_are_tested() {
        assertThat(CheckRun.queries().checks().stream()
                        .filter(check -> !check.sql().contains("null as fix"))
                        .map(Check::name))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(TRIED_TOGETHER.stream(), TRIED_ALONE.stream())
                        .toList());
    }

    @Test
    void the_advised_statement_rebuilds_a_bloated_index() {
        database.run(
                "create schema \"The App\"",
                "create table \"The App\".\"Worn out\" (\"A b\" int) partition by range (\"A b\")",
                "create table \"The App\".\"Worn, part\" partition of \"The App\".\"Worn out\" default",
                "create table \"The App\".\"Worn, low\" partition of \"The App\".\"Worn out\" for values from (0) to (450000)",
                "create index \"Worn \"\"index\"\"\" on \"The App\".\"Worn out\" (\"A b\")",
                "insert into \"The App\".\"Worn out\" select generate_series(1, 900000)",
                "delete from \"The App\".\"Worn out\" where \"A b\" % 9 <> 0",
                "vacuum (analyze) \"The App\".\"Worn, part\", \"The App\".\"Worn, low\"");
        assertThat(CheckRun.findings(database, CheckRun.check("bloated_indexes")))
                .singleElement()
                .asString()
                .matches(
                        "warning \\| \"The App\"\\.\"Worn \"\"index\"\"\" \\| about 1[0-9] MB of its 19 MB are empty, in 2 of its 2 parts");
        List<String> fixes = CheckRun.fixes(database, "bloated_indexes");
        assertThat(fixes).hasSize(1).allSatisfy(database::run);
        assertThat(CheckRun.fixes(database, "bloated_indexes")).isEmpty();
    }

    private int version() throws SQLException {
        try (Connection connection = database.connect()) {
            return connection.getMetaData().getDatabaseMajorVersion();
        }
    }

    private HealthReport report() throws SQLException {
        try (Connection connection = database.connect()) {
            return new ReportReader(connection, CheckRun.queries(), AcceptedFindings.none(), step -> {})
                    .read("test", Instant.EPOCH);
        }
    }
}
