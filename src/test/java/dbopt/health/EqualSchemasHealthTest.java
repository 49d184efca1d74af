package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.tenants.EqualSchemas;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A database with a schema for each tenant: what is found in each is reported once, with statements for all. */
@Tag("anyversion")
class EqualSchemasHealthTest {
    private static final Pattern OF_EACH = Pattern.compile("(?m)^    (select .*) \\\\gexec$");

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private void make(String... schemas) {
        for (String schema : schemas) {
            String quoted = '"' + schema.replace("\"", "\"\"") + '"';
            database.run(Stream.of(
                            "create schema %s",
                            "create table %1$s.customer (id int primary key)",
                            "create table %1$s.orders (id int primary key, customer int references %1$s.customer, day date)",
                            "create index orders_day on %1$s.orders (day)")
                    .map(statement -> statement.formatted(quoted))
                    .toArray(String[]::new));
        }
    }

    private String health(String... more) {
        CommandRun run = CommandRun.in(
                folder,
                database,
                Stream.concat(Stream.of("health"), Stream.of(more)).toArray(String[]::new));
        assertThat(run.exitCode()).as(run.error()).isZero();
        return run.output();
    }

    /** The rows of the queries that the report advises, each of which is a statement. */
    private List<String> statements(String report) {
        List<String> statements = new ArrayList<>();
        Matcher query = OF_EACH.matcher(report);
        while (query.find()) {
            statements.addAll(database.query(query.group(1)));
        }
        return statements;
    }

    @Test
    void reports_a_finding_once_with_the_sum_and_statements_that_run_for_all_schemas() throws SQLException {
        make("t1", "t2", "t3", "The \"5'%", "user");
        database.run("create index orders_customer on t2.orders (customer)");
        database.runAsSuperuser(
                "update pg_index set indisvalid = false where indexrelid::regclass::text like '%orders_day' and indexrelid <> 't3.orders_day'::regclass");
        String report = health();
        assertThat(report)
                .contains(
                        """
                          info  0 rows  orders in 4 of 5 schemas: The "5'%, t1, t3, user  foreign key orders_customer_fkey (customer)
                        """,
                        """
                          warning  32 kB  orders_day in 4 of 5 schemas: The "5'%, t1, t2, user  on orders
                        """,
                        """

                        3 equal schemas, reported as one (--every-schema reports each): The "5'%, t1, user
                          nearly equal: t2, which has the index orders_customer of orders besides
                          nearly equal: t3, which has the index orders_day of orders valid
                        """);
        List<String> statements = statements(report);
        assertThat(statements)
                .contains("create index concurrently on \"The \"\"5'%\".orders (customer)")
                .contains("reindex index concurrently \"user\".orders_day")
                .hasSize(8);
        try (Connection connection = database.connect();
                Statement session = connection.createStatement()) {
            for (String statement : statements) {
                session.execute(statement);
            }
        }
        assertThat(health()).doesNotContain("orders_customer_fkey", "gexec", "reindex");
    }

    @Test
    void an_index_is_unused_only_if_it_is_unused_in_every_equal_schema_that_has_it() throws SQLException {
        make("t1", "t2", "T 3", "lacks it");
        database.run("drop index \"lacks it\".orders_day", "create index mine on t1.orders (id, day)");
        EqualSchemas schemas;
        try (Connection connection = database.connect()) {
            schemas = EqualSchemas.read(connection, BundledSql.ofClassPath());
        }
        Finding first = unused("t1.orders_day", 8192);
        Finding second = unused("t2.orders_day", 16384);
        Finding third = unused("\"T 3\".orders_day", 8192);
        Finding own = unused("t1.mine", 1);
        Finding elsewhere = unused("alone.orders_day", 1);
        CheckResult inAll = result("unused_indexes", first, second, third, own, elsewhere);
        assertThat(UnusedInAll.of(inAll, schemas)).isEqualTo(inAll);
        assertThat(UnusedInAll.of(result("unused_indexes", first, own, second, elsewhere), schemas))
                .isEqualTo(result(
                        "unused_indexes",
                        own,
                        elsewhere,
                        new Finding(
                                Severity.INFO,
                                "indexes: 2",
                                Optional.of(BigDecimal.valueOf(24576)),
                                "bytes",
                                "no scan here, but in an equal schema: an index that one equal schema uses stays in all of them",
                                Optional.empty())));
        assertThat(UnusedInAll.of(result("unused_indexes", first), EqualSchemas.none()))
                .as("with --every-schema")
                .isEqualTo(result("unused_indexes", first));
        assertThat(UnusedInAll.of(result("invalid_indexes", first), schemas))
                .isEqualTo(result("invalid_indexes", first));
    }

    private static Finding unused(String index, int bytes) {
        return new Finding(
                Severity.WARNING, index, Optional.of(BigDecimal.valueOf(bytes)), "bytes", "no scan", Optional.empty());
    }

    private static CheckResult result(String check, Finding... findings) {
        return new CheckResult(CheckRun.check(check), List.of(findings), List.of());
    }

    @Test
    void json_and_every_schema_list_the_finding_of_each_schema() {
        make("t1", "t2");
        JsonNode report = JsonMapper.shared().readTree(health("--format", "json"));
        assertThat(report.path("checks")
                        .valueStream()
                        .filter(check -> check.path("name").asString().equals("foreign_keys_without_index"))
                        .flatMap(check -> check.path("findings").valueStream()))
                .extracting(finding -> finding.path("object").asString())
                .containsExactly("t1.orders", "t2.orders");
        assertThat(report.path("schemaGroups").toString())
                .isEqualTo("[{\"schemas\":[\"t1\",\"t2\"],\"deviating\":[]}]");
        assertThat(health())
                .contains(
                        """
                            create index concurrently on t1.orders (customer);
                            create index concurrently on t2.orders (customer);
                        """);
        assertThat(health("--every-schema"))
                .contains("  info  0 rows  t1.orders  foreign key", "  info  0 rows  t2.orders  foreign key")
                .doesNotContain("equal");
        assertThat(health("--format", "html")).contains("orders in 2 schemas: t1, t2");
    }
}
