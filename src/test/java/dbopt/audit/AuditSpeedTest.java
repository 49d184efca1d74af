package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import dbopt.findings.Audit;
import io.github.mfvanek.pg.connection.PgConnection;
import io.github.mfvanek.pg.connection.PgConnectionImpl;
import io.github.mfvanek.pg.connection.host.PgHostImpl;
import io.github.mfvanek.pg.core.checks.host.DuplicatedIndexesCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.IntersectedIndexesCheckOnHost;
import io.github.mfvanek.pg.model.context.PgContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How long the audit takes on 10,000 tables with 40,000 indexes, beside pg-index-health's checks for duplicated and
 * intersected indexes in the same run: {@code mvn test -Dtest=AuditSpeedTest -Ddbopt.benchmark=true}.
 */
@Tag("anyversion")
@EnabledIfSystemProperty(named = "dbopt.benchmark", matches = "true")
class AuditSpeedTest {
    private static final int RUNS = 5;

    /** Each table has four indexes; one table in twenty has a duplicate, one in ten a prefix, some an expression. */
    private static final String CATALOG =
            """
            do $$
            begin
                for n in 1..10000 loop
                    execute format('create table t%s (id bigint primary key, a int, b int, c text, d timestamptz)', n);
                    execute format('create index t%1$s_a on t%1$s (a)', n);
                    execute format('create index t%1$s_x on t%1$s %2$s', n, case
                        when n % 20 = 0 then '(a)' when n % 10 = 1 then '(a, b)' when n % 10 = 2 then '(lower(c))'
                        when n % 10 = 3 then '(b) where a > 0' else '(b, a)' end);
                    execute format('create index t%1$s_d on t%1$s (d desc, b)', n);
                    if n % 100 = 0 then
                        commit;
                    end if;
                end loop;
            end
            $$
            """;

    /** The code to time. */
    private interface Task {
        int findings() throws SQLException;
    }

    @Test
    void takes_at_most_a_fifth_of_the_time_of_two_inexact_checks() throws SQLException {
        try (TestDatabase database = TestDatabase.empty()) {
            database.run(CATALOG);
            database.runAsSuperuser("vacuum analyze");
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(database.url());
            dataSource.setUser(TestDatabase.OWNER);
            dataSource.setPassword(TestDatabase.PASSWORD);
            PgConnection theirs = PgConnectionImpl.of(dataSource, PgHostImpl.ofUrl(database.url()));
            List<Double> duplicated = new ArrayList<>();
            List<Double> intersected = new ArrayList<>();
            List<Double> proof = new ArrayList<>();
            List<Double> review = new ArrayList<>();
            List<Double> whole = new ArrayList<>();
            int theirFindings = 0;
            int ourFindings = 0;
            for (int run = 0; run < RUNS; run++) {
                theirFindings = timed(duplicated, () -> new DuplicatedIndexesCheckOnHost(theirs)
                                .check(PgContext.ofDefault())
                                .size())
                        + timed(intersected, () -> new IntersectedIndexesCheckOnHost(theirs)
                                .check(PgContext.ofDefault())
                                .size());
                ourFindings = timed(proof, () -> rows(database, Audit.query("redundant_indexes")));
                timed(review, () -> rows(database, Audit.query("needs_review")));
                timed(whole, () -> audit(database));
            }
            double theirTime = median(duplicated) + median(intersected);
            System.out.printf(
                    Locale.ROOT,
                    "pg-index-health: duplicated %.0f ms + intersected %.0f ms, %d findings%n"
                            + "proof: %.0f ms, %d findings, ratio %.2f%n"
                            + "review: %.0f ms, ratio %.2f%n"
                            + "whole audit with review and advice: %.0f ms, ratio %.2f%n",
                    median(duplicated),
                    median(intersected),
                    theirFindings,
                    median(proof),
                    ourFindings,
                    median(proof) / theirTime,
                    median(review),
                    median(review) / theirTime,
                    median(whole),
                    median(whole) / theirTime);
            assertThat(ourFindings).isEqualTo(1500);
            assertThat(median(whole) / theirTime).isLessThanOrEqualTo(0.2);
        }
    }

    private static int timed(List<Double> times, Task work) throws SQLException {
        long start = System.nanoTime();
        int findings = work.findings();
        times.add((System.nanoTime() - start) / 1e6);
        return findings;
    }

    private static int audit(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect()) {
            return Audit.of(connection, false, List.of())
                    .report()
                    .redundantIndexes()
                    .size();
        }
    }

    /** Returns the number of rows, read on a new connection as pg-index-health does. */
    private static int rows(TestDatabase database, String query) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int rows = 0;
            while (result.next()) {
                rows++;
            }
            return rows;
        }
    }

    private static double median(List<Double> times) {
        List<Double> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
