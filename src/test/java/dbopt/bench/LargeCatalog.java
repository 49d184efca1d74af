package dbopt.bench;

import io.github.mfvanek.pg.connection.PgConnection;
import io.github.mfvanek.pg.connection.PgConnectionImpl;
import io.github.mfvanek.pg.connection.host.PgHostImpl;
import io.github.mfvanek.pg.core.checks.host.DuplicatedIndexesCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.IntersectedIndexesCheckOnHost;
import io.github.mfvanek.pg.model.context.PgContext;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The commands that read the catalog, on a large one; it stays for the next run.
 *
 * @param database what its database is called, before the number of tables
 * @param indexes how many each table has
 * @param about what there is to find, in words
 */
record LargeCatalog(String database, int indexes, String about, String tables) {
    /** Each table has a primary key and four more; some are duplicates or prefixes. */
    private static final String FEW =
            """
            do $$
            begin
                for n in 1..%d loop
                    execute format('create table t%%s (id bigint primary key, a int, b int, c text, d timestamptz)', n);
                    execute format('create index t%%1$s_a on t%%1$s (a)', n);
                    execute format('create index t%%1$s_x on t%%1$s %%2$s', n, case
                        when n %% 20 = 0 then '(a)' when n %% 10 = 1 then '(a, b)' when n %% 10 = 2 then '(lower(c))'
                        when n %% 10 = 3 then '(b) where a > 0' else '(b, a)' end);
                    execute format('create index t%%1$s_d on t%%1$s (d desc, b)', n);
                    execute format('create index t%%1$s_c on t%%1$s (c)', n);
                    if n %% 100 = 0 then
                        commit;
                    end if;
                end loop;
            end
            $$
            """;

    /** Each table has a primary key and three more, of which one is a copy of another or its leading column. */
    private static final String MANY =
            """
            do $$
            begin
                for n in 1..%d loop
                    execute format('create table t%%s (id bigint primary key, a int, b int, c text, d timestamptz)', n);
                    execute format('create index t%%1$s_a on t%%1$s (a)', n);
                    execute format('create index t%%1$s_x on t%%1$s %%2$s', n, case when n %% 2 = 0 then '(a)' else '(a, b)' end);
                    execute format('create index t%%1$s_d on t%%1$s (d desc, b)', n);
                    if n %% 100 = 0 then
                        commit;
                    end if;
                end loop;
            end
            $$
            """;

    private static final String ROWS =
            """
            do $$
            begin
                for n in 1..%d loop
                    execute format('insert into t%%s select i, i %%%% 20, i, md5(i::text), now() - i * interval ''1 hour'' from generate_series(1, 200) i', n);
                    if n %% 100 = 0 then
                        commit;
                    end if;
                end loop;
            end
            $$
            """;

    private static final List<LargeCatalog> ALL = List.of(
            new LargeCatalog("catalog_of_", 5, "A catalog of %,d tables and %,d indexes", FEW),
            new LargeCatalog(
                    "redundant_catalog_of_",
                    4,
                    "A catalog of %,d tables and %,d indexes, a redundant one on each table",
                    MANY));

    static void measure(BenchServer server, int tables, int rounds, BenchmarkReport report, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        for (LargeCatalog catalog : ALL) {
            catalog.measureOne(server, tables, rounds, report, progress);
        }
    }

    /** The database of the catalog with few findings; it is made if it is not there. */
    static String make(BenchServer server, int tables, Consumer<String> progress) throws SQLException {
        return ALL.get(0).makeOne(server, tables, progress);
    }

    /** The database with rows in each table, and therefore with statistics of each column. */
    static String makeFilled(BenchServer server, int tables, Consumer<String> progress) throws SQLException {
        return makeOne(server, "filled_catalog_of_" + tables, progress, FEW.formatted(tables), ROWS.formatted(tables));
    }

    private String makeOne(BenchServer server, int count, Consumer<String> progress) throws SQLException {
        return makeOne(server, database + count, progress, tables.formatted(count));
    }

    private static String makeOne(BenchServer server, String name, Consumer<String> progress, String... statements)
            throws SQLException {
        if (server.rows("postgres", "select datname from pg_database where datname = '" + name + "'")
                .isEmpty()) {
            progress.accept("making them, once");
            server.create("preparing");
            server.run("preparing", statements);
            server.run("preparing", "vacuum analyze");
            server.rename("preparing", name);
        }
        return name;
    }

    private void measureOne(
            BenchServer server, int count, int rounds, BenchmarkReport report, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        String name = makeOne(server, count, progress);
        Map<String, String> address = server.address(name);
        Programs programs = new Programs(server);
        Medians medians = new Medians();
        for (int round = 0; round < rounds; round++) {
            progress.accept("pg-index-health, audit, health: " + (round + 1) + " of " + rounds);
            medians.add("checks", programs.java(LargeCatalog.class, server.url(name)));
            medians.add("audit", programs.dboptOn(address, "audit"));
            medians.add("health", programs.dboptOn(address, "health"));
        }
        String group = String.format(Locale.ROOT, about, count, indexes * count);
        String theirs = "pg-index-health: duplicated and intersected indexes, a whole process too";
        for (String command : List.of("audit", "health")) {
            report.row(
                    group,
                    "dbopt " + command + ", the whole process",
                    medians.of(command),
                    theirs,
                    medians.of("checks"),
                    "s");
        }
    }

    /** The two checks, as a program of its own on the database with this address. */
    public static void main(String... arguments) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        dataSource.setUser(BenchServer.OWNER);
        PgConnection connection = PgConnectionImpl.of(dataSource, PgHostImpl.ofUrl(arguments[0]));
        new DuplicatedIndexesCheckOnHost(connection).check(PgContext.ofDefault());
        new IntersectedIndexesCheckOnHost(connection).check(PgContext.ofDefault());
    }
}
