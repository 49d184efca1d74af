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

/** The commands that read the catalog, on a large one; it stays for the next run. */
final class LargeCatalog {

    /** Each table has a primary key and four more; some are duplicates or prefixes. */
    private static final String TABLES =
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

    private LargeCatalog() {}

    static void measure(BenchServer server, int tables, int rounds, Report report, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        String database = "catalog_of_" + tables;
        if (server.rows("postgres", "select datname from pg_database where datname = '" + database + "'")
                .isEmpty()) {
            progress.accept("making them, once");
            server.create("preparing");
            server.run("preparing", TABLES.formatted(tables), "vacuum analyze");
            server.rename("preparing", database);
        }
        Map<String, String> address = server.address(database);
        Programs programs = new Programs(server);
        Medians medians = new Medians();
        for (int round = 0; round < rounds; round++) {
            progress.accept("pg-index-health, audit, health: " + (round + 1) + " of " + rounds);
            medians.add("checks", programs.java(LargeCatalog.class, server.url(database)));
            medians.add("audit", programs.dboptOn(address, "audit"));
            medians.add("health", programs.dboptOn(address, "health"));
        }
        String about = String.format(Locale.ROOT, "A catalog of %,d tables and %,d indexes", tables, 5 * tables);
        String theirs = "pg-index-health: duplicated and intersected indexes, a whole process too";
        for (String command : List.of("audit", "health")) {
            report.row(
                    about,
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
