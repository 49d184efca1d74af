package dbopt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One process on each of many equal schemas, beside a loop of Flyway processes. A loop over all of them would take an hour:
 * of that a sample is timed, on schemas of its own in the same database.
 */
final class Fleets {
    private static final int TABLES = 10;
    private static final int SAMPLE = 10;
    private static final int SIDE_BY_SIDE = 4;

    /** Each table has a primary key and two more, of which one is the leading column of the other. */
    private static final String SCHEMAS =
            """
            do $$
            begin
                for n in 1..%1$d loop
                    execute format('create schema %2$s_%%s', lpad(n::text, 4, '0'));
                    for t in 1..%3$d loop
                        execute format('create table %2$s_%%1$s.t%%2$s (id bigint primary key, a int, b text)', lpad(n::text, 4, '0'), t);
                        execute format('create index t%%2$s_a on %2$s_%%1$s.t%%2$s (a)', lpad(n::text, 4, '0'), t);
                        execute format('create index t%%2$s_a_b on %2$s_%%1$s.t%%2$s (a, b)', lpad(n::text, 4, '0'), t);
                    end loop;
                    if n %% 20 = 0 then
                        commit;
                    end if;
                end loop;
            end
            $$
            """;

    private final BenchServer server;
    private final Programs programs;
    private final int schemas;
    private final Map<String, String> address;
    private final Path project;
    private final Consumer<String> progress;

    Fleets(BenchServer server, int schemas, Consumer<String> progress) throws IOException {
        this.server = server;
        this.programs = new Programs(server);
        this.schemas = schemas;
        this.address = server.address("fleet");
        this.project = Files.createTempDirectory(Path.of("target", "bench").toAbsolutePath(), "fleet");
        this.progress = progress;
    }

    void measure(BenchmarkReport report) throws Exception {
        prepare();
        String group = String.format(Locale.ROOT, "%,d schemas of %d tables, for each schema", schemas, TABLES);
        String loop = "a Flyway process (mean of " + SAMPLE + ", a sample)";
        progress.accept("migrate, a baseline and one drop in each");
        report.row(group, "dbopt migrate --schemas, one drop", fleet("migrate"), loop, sample("migrate"), "ms");
        progress.accept("migrate, with nothing to do");
        report.row(group, "dbopt migrate --schemas, nothing to do", fleet("migrate"), loop, sample("migrate"), "ms");
        progress.accept("info");
        report.row(group, "dbopt info --schemas", fleet("info"), loop, sample("info"), "ms");
        if (schemas >= 300) {
            progress.accept("undo of 100 schemas, one at a time and " + SIDE_BY_SIDE);
            double one = milliseconds(undo("tenant_01*", 1), 100);
            report.row(
                    group,
                    "dbopt undo --schemas --parallel " + SIDE_BY_SIDE + " (100 schemas)",
                    milliseconds(undo("tenant_02*", SIDE_BY_SIDE), 100),
                    "--parallel 1 (100 schemas)",
                    one,
                    "ms");
        }
        report.remark(
                "The time of the whole process, divided by the number of schemas; each Flyway process works on one.");
    }

    /** The database, and a project with a pair for each schema. */
    private void prepare() throws Exception {
        progress.accept("making " + schemas + " schemas");
        server.create("fleet");
        server.run(
                "fleet",
                SCHEMAS.formatted(schemas, "tenant", TABLES),
                SCHEMAS.formatted(SAMPLE, "sample", TABLES),
                "vacuum analyze");
        for (String folder : new String[] {"migration", "undo", "callback"}) {
            Files.createDirectories(project.resolve("db").resolve(folder));
        }
        Files.writeString(
                project.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.postgresql.transactional.lock=false
                flyway.baselineOnMigrate=true
                """);
        Files.writeString(project.resolve("db/migration/V1__tables.sql"), "select 'as of before Flyway';\n");
        programs.dboptOn(
                address,
                "audit",
                "--project",
                project.toString(),
                "--scaffold",
                project.resolve("db").toString(),
                "--each-schema",
                "--index",
                "tenant_0001.t1_a",
                "--with-guard");
    }

    private double fleet(String command) throws Exception {
        return milliseconds(
                programs.dboptOn(address, command, "--project", project.toString(), "--schemas", "tenant_*"), schemas);
    }

    private double undo(String pattern, int parallel) throws Exception {
        return programs.dboptOn(
                address,
                "undo",
                "--project",
                project.toString(),
                "--schemas",
                pattern,
                "--target",
                "2",
                "--parallel",
                String.valueOf(parallel));
    }

    /** What Flyway's own command line takes on one schema after the other, each a process. */
    private double sample(String command) throws Exception {
        double seconds = 0;
        for (int number = 1; number <= SAMPLE; number++) {
            seconds += programs.flywayOn(
                    project, address, "-defaultSchema=" + String.format(Locale.ROOT, "sample_%04d", number), command);
        }
        return milliseconds(seconds, SAMPLE);
    }

    private static double milliseconds(double seconds, int schemas) {
        return 1000 * seconds / schemas;
    }
}
