package dbopt.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.queries.ExplainedPlan;
import dbopt.queries.WatchList;
import dbopt.queries.WatchedQuery;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwinTest {
    private static final BundledSql SQL = BundledSql.in(Path.of(""));

    @TempDir
    private static Path cache;

    @Test
    void plans_as_its_source() throws SQLException {
        try (TestDatabase database = TestDatabase.audited("0.02")) {
            database.run("vacuum analyze");
            try (Connection source = database.connect();
                    Twin twin = Twin.of(
                            source,
                            SQL,
                            Map.of("XDG_CACHE_HOME", cache.toString(), "PATH", System.getenv("PATH")),
                            System.out::println);
                    Connection connection = twin.connect()) {
                System.out.println(twin.unknown());
                for (WatchedQuery query : WatchList.of(SQL)) {
                    ExplainedPlan here = explain(source, query.sql());
                    ExplainedPlan there = explain(connection, query.sql());
                    System.out.printf(
                            "%s %s %s %.2f %.2f%n",
                            query.name(),
                            here.hasPlanOf(there),
                            here.estimates().equals(there.estimates()),
                            here.cost(),
                            there.cost());
                    if (!here.hasPlanOf(there) || !here.estimates().equals(there.estimates()))
                        System.out.println(here + "\n" + there);
                }
            }
        }
        assertThat(cache.resolve("dbopt")).isDirectoryNotContaining("glob:**/twin*");
    }

    private static ExplainedPlan explain(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("explain (verbose, format json) " + sql)) {
            row.next();
            return ExplainedPlan.parse(row.getString(1));
        }
    }
}
