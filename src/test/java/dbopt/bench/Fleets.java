package dbopt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** Takes the schemas whose names begin so back to what they were before the first run. */
    private static final String AS_BEFORE =
            """
            do $$
            declare
                schema name;
            begin
                for schema in select nspname from pg_namespace where nspname ~ '^%s_' loop
                    execute format('drop table if exists %%I.flyway_schema_history', schema);
                    execute format('create index if not exists t1_a on %%I.t1 (a)', schema);
                    commit;
                end loop;
            end
            $$
            """;

    private final BenchServer server;
    private final String database;
    private final Programs programs;
    private final int schemas;
    private final Map<String, String> address;
    private final Path project;
    private final Consumer<String> progress;

    Fleets(BenchServer server, int schemas, Consumer<String> progress) throws IOException {
        this.server = server;
        this.programs = new Programs(server);
        this.schemas = schemas;
        this.database = "fleet_of_" + schemas;
        this.address = server.address(database);
        this.project = Files.createTempDirectory(Path.of("target", "bench").toAbsolutePath(), "fleet");
        this.progress = progress;
    }

    void measure(BenchmarkReport report) throws Exception {
        prepare();
        looks(report);
        String group = String.format(Locale.ROOT, "%,d schemas of %d tables, for each schema", schemas, TABLES);
        progress.accept("migrate, a baseline and one drop in each");
        double process = row(report, group, "migrate", "one drop");
        progress.accept("migrate, with nothing to do");
        row(report, group, "migrate", "nothing to do");
        progress.accept("info");
        row(report, group, "info", "whole processes");
        if (schemas >= 300) {
            server.run(database, AS_BEFORE.formatted("tenant"));
            progress.accept("migrate of 100 schemas, " + SIDE_BY_SIDE + " at a time");
            report.row(
                    group,
                    "dbopt migrate --schemas --parallel " + SIDE_BY_SIDE + ", one drop (100 schemas)",
                    milliseconds(sideBySide("migrate", "tenant_01*", SIDE_BY_SIDE), 100),
                    "a Flyway process (mean of " + SAMPLE + ", a sample)",
                    process,
                    "ms");
            sideBySide("migrate", "tenant_02*", 1);
            progress.accept("undo of 100 schemas, one at a time and " + SIDE_BY_SIDE);
            double one = milliseconds(sideBySide("undo", "tenant_01*", 1, "--target", "2"), 100);
            report.row(
                    group,
                    "dbopt undo --schemas --parallel " + SIDE_BY_SIDE + " (100 schemas)",
                    milliseconds(sideBySide("undo", "tenant_02*", SIDE_BY_SIDE, "--target", "2"), 100),
                    "--parallel 1 (100 schemas)",
                    one,
                    "ms");
        }
        report.remark(
                "The time of the whole process, divided by the number of schemas; each Flyway process works on one.");
    }

    /** Measures the commands that read all schemas at once. */
    private void looks(BenchmarkReport report) throws Exception {
        String group = String.format(Locale.ROOT, "%,d schemas of %d tables, all together", schemas, TABLES);
        progress.accept("audit and health");
        report.row(
                group,
                "dbopt audit",
                look("audit"),
                "dbopt audit --every-schema",
                look("audit", "--every-schema"),
                "s");
        report.row(
                group,
                "dbopt health",
                look("health"),
                "dbopt health --every-schema",
                look("health", "--every-schema"),
                "s");
        progress.accept("observe, twice");
        String observations = project.resolve("observations.jsonl").toString();
        double first = look("observe", observations);
        report.row(group, "dbopt observe, the next look", look("observe", observations), "the first look", first, "s");
    }

    private double look(String... arguments) throws Exception {
        double seconds = programs.dboptOn(address, arguments);
        progress.accept(String.format(Locale.ROOT, "%s: %.1f s", String.join(" ", arguments), seconds));
        return seconds;
    }

    /** @return what a Flyway process takes, in milliseconds */
    private double row(BenchmarkReport report, String group, String command, String about) throws Exception {
        double process = sample(command);
        progress.accept(String.format(Locale.ROOT, "%s: a Flyway process takes %.0f ms", command, process));
        double one = fleet(command);
        progress.accept(String.format(Locale.ROOT, "%s: one process, a schema %.0f ms", command, one));
        report.row(
                group,
                "dbopt " + command + " --schemas, " + about,
                one,
                "a Flyway process (mean of " + SAMPLE + ", a sample)",
                process,
                "ms");
        return process;
    }

    /** The database, and a project with a pair for each schema. */
    private void prepare() throws Exception {
        if (server.rows("postgres", "select datname from pg_database where datname = '" + database + "'")
                .isEmpty()) {
            progress.accept("making " + schemas + " schemas, once");
            server.create("preparing");
            server.run(
                    "preparing",
                    SCHEMAS.formatted(schemas, "tenant", TABLES),
                    SCHEMAS.formatted(SAMPLE, "sample", TABLES));
            server.rename("preparing", database);
        }
        server.run(database, AS_BEFORE.formatted("(tenant|sample)"));
        server.vacuumWithCatalogs(database);
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

    private double sideBySide(String command, String pattern, int parallel, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--project", project.toString(), "--schemas", pattern));
        arguments.addAll(List.of("--parallel", String.valueOf(parallel)));
        arguments.addAll(List.of(more));
        return programs.dboptOn(address, arguments.toArray(String[]::new));
    }

    /** The time that Flyway's own command line takes for a sequence of schemas, one process per schema. */
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
