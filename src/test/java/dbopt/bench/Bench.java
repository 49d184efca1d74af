package dbopt.bench;

import static java.util.stream.Collectors.joining;

import dbopt.project.MigrationProject;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code scripts/bench}. */
@Command(
        name = "bench",
        description = {
            "Measure what the migrations cost, on an embedded PostgreSQL in target/bench.",
            "Prints a Markdown table, and writes the same figures to a file as JSON."
        },
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    private static final long START = System.nanoTime();

    @Option(
            names = "--scale",
            paramLabel = "N",
            defaultValue = "0.1",
            description = "How much sample data; 1 is the size of the audited database. Default: ${DEFAULT-VALUE}.")
    private double scale;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often to measure everything, in turns. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--tables",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "How many tables the catalog has that the audit is measured on; 0 skips that. Default: ${DEFAULT-VALUE}.")
    private int tables;

    /** The measurements to take. */
    enum Part {
        MIGRATIONS,
        CATALOGS,
        REBUILDS,
        REHEARSALS,
        STALLS,
        FLEETS
    }

    @Option(
            names = "--part",
            paramLabel = "migrations|catalogs|rebuilds|rehearsals|stalls|fleets",
            description =
                    "Part to measure. Repeatable. Bloated indexes are worth a rebuild from a scale of 0.5 on. Default: migrations and catalogs.")
    private Set<Part> parts = EnumSet.noneOf(Part.class);

    @Option(
            names = "--schemas",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many schemas the fleet has. Default: ${DEFAULT-VALUE}.")
    private int schemas;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            defaultValue = "target/bench/bench.json",
            description = "File for the JSON. Default: ${DEFAULT-VALUE}.")
    private Path json;

    @Option(names = "--write", description = "Put the table into " + Benchmarks.FILE + ", in place of the last one.")
    private boolean write;

    private Bench() {}

    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line of {@code scripts/bench}. */
    public static CommandLine commandLine() {
        return new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() throws Exception {
        MigrationProject project = MigrationProject.find(Path.of(""), null);
        BenchmarkReport report = new BenchmarkReport();
        tell("Starting PostgreSQL in target/bench; loading the data takes some minutes at scale 1, once");
        try (BenchServer server = BenchServer.start(project, String.valueOf(scale))) {
            conditions(server, report);
            server.run(BenchServer.AUDITED, "vacuum analyze");
            if (!Programs.havePsql()) {
                report.remark("psql is not on the PATH, so nothing was measured beside it.");
            }
            if (parts.isEmpty() || parts.contains(Part.MIGRATIONS)) {
                migrations(server, project, report);
            }
            if (tables > 0 && (parts.isEmpty() || parts.contains(Part.CATALOGS))) {
                tell("Catalogs of " + tables + " tables");
                LargeCatalog.measure(server, tables, rounds, report, Bench::step);
            }
            if (parts.contains(Part.REBUILDS)) {
                rebuilds(server, report);
            }
            if (parts.contains(Part.REHEARSALS)) {
                rehearsals(server, report);
            }
            if (parts.contains(Part.STALLS)) {
                new Stalls(server, Bench::step).measure(rounds, report);
            }
            if (parts.contains(Part.FLEETS)) {
                new Fleets(server, schemas, Bench::step).measure(report);
            }
        }
        Files.writeString(json, report.json() + "\n");
        System.out.print(report.markdown());
        tell("The same as JSON: " + json);
        if (write) {
            Benchmarks.write(report.markdown());
            tell("Written into " + Benchmarks.FILE);
        }
        return 0;
    }

    private void migrations(BenchServer server, MigrationProject project, BenchmarkReport report) throws Exception {
        Sizes.measure(server, project, scale, report);
        Rounds measured = new Rounds(server, project, Bench::step);
        tell("Warming up");
        measured.warmUp();
        for (int round = 1; round <= rounds; round++) {
            tell("Round " + round + " of " + rounds);
            measured.round();
        }
        measured.report(report);
    }

    private void rebuilds(BenchServer server, BenchmarkReport report) throws Exception {
        Rebuilds measured = new Rebuilds(server, Bench::step);
        for (int round = 1; round <= rounds; round++) {
            tell("Round " + round + " of " + rounds);
            measured.round();
        }
        measured.report(report);
    }

    private void rehearsals(BenchServer server, BenchmarkReport report) throws Exception {
        Rehearsals measured = new Rehearsals(server, Bench::step);
        measured.measure(report);
        if (tables > 0) {
            measured.largeCatalogs(tables, report);
        }
    }

    private void conditions(BenchServer server, BenchmarkReport report) throws Exception {
        report.condition(
                "command",
                "`scripts/bench --scale " + scale + " --rounds " + rounds + " --tables " + tables
                        + parts.stream()
                                .map(part -> " --part " + part.name().toLowerCase(Locale.ROOT))
                                .collect(joining())
                        + "`");
        report.condition(
                "PostgreSQL",
                server.rows("postgres", "show server_version").get(0).get(0)
                        + ", the embedded one; full_page_writes, fsync and autovacuum off, random_page_cost 1.1");
        report.condition("Java", System.getProperty("java.version"));
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        report.condition(
                "machine",
                String.format(
                        Locale.ROOT,
                        "%d cores, %.0f GB of memory, %s; load average at the start %.1f",
                        Runtime.getRuntime().availableProcessors(),
                        system.getTotalMemorySize() / 1e9,
                        System.getProperty("os.name"),
                        system.getSystemLoadAverage()));
    }

    private static void step(String what) {
        tell(String.format(Locale.ROOT, "%5d s  %s", (System.nanoTime() - START) / 1_000_000_000, what));
    }

    private static void tell(String line) {
        System.err.println(line);
    }
}
