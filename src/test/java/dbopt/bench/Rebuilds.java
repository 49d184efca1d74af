package dbopt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rebuilds the bloated indexes of a churned table of the sample while others read and write it, as dbopt does it, as psql
 * does it with the same statements, and with the one that locks.
 */
final class Rebuilds {
    private static final String TABLE = "bench.churned";
    private static final String DBOPT = "dbopt maintain --reindex";
    private static final String CONCURRENTLY = "psql, reindex index concurrently";
    private static final String LOCKING = "psql, reindex index";
    private static final String NOTHING = "no rebuild";

    /** Days of usage, of which two of three were deleted since. */
    private static final List<String> CHURN = List.of(
            "drop table if exists bench.churned",
            "create schema if not exists bench",
            "create table bench.churned (like public.metrics_aiusagedaily including all)",
            "insert into bench.churned select * from public.metrics_aiusagedaily",
            "delete from bench.churned where id % 3 <> 0",
            "vacuum analyze bench.churned");

    private static final String INDEXES =
            "select i.indexrelid::regclass::text, i.indexrelid::text from pg_index i where i.indrelid = 'bench.churned'::regclass order by 1";

    private final BenchServer server;
    private final Programs programs;
    private final Load load;
    private final Consumer<String> progress;
    private final Medians medians = new Medians();
    private List<List<String>> churned = List.of();

    Rebuilds(BenchServer server, Consumer<String> progress) {
        this.server = server;
        this.programs = new Programs(server);
        this.progress = progress;
        this.load = new Load(
                server,
                List.of(
                        "update bench.churned set suggestions_shown = suggestions_shown + 1 where id = ? * 3",
                        "update bench.churned set active_hours = active_hours where id = ? * 3"),
                List.of(
                        "select count(*) from bench.churned where member_id = ? % 20 + 1",
                        "select sum(suggestions_shown) from bench.churned where id = ? * 3"));
    }

    void round() throws Exception {
        Path file = Files.createTempFile(Path.of("target", "bench"), "rebuilds", ".jsonl");
        Files.delete(file);
        double seconds = rebuilt(
                DBOPT,
                () -> programs.dbopt(
                        "maintain", "--reindex", "--rebuilds", file.toString(), "--reindex-lock-timeout", "1min"));
        Files.deleteIfExists(file);
        List<String> rebuilt = rebuilt(churned);
        stall(NOTHING, () -> {
            Thread.sleep((long) (seconds * 1000));
            return seconds;
        });
        if (Programs.havePsql()) {
            rebuilt(CONCURRENTLY, () -> programs.psql(statements("reindex index concurrently ", rebuilt)));
            rebuilt(LOCKING, () -> programs.psql(statements("reindex index ", rebuilt)));
        }
        server.run(BenchServer.AUDITED, "drop table " + TABLE);
    }

    /** The indexes that dbopt has rebuilt: each has a new OID. */
    private List<String> rebuilt(List<List<String>> before) throws SQLException {
        List<List<String>> after = server.rows(BenchServer.AUDITED, INDEXES);
        return after.stream()
                .filter(index -> !before.contains(index))
                .map(index -> index.get(0))
                .toList();
    }

    private static List<String> statements(String verb, List<String> indexes) {
        return indexes.stream().map(index -> verb + index).toList();
    }

    private double rebuilt(String action, Load.Action rebuild) throws Exception {
        progress.accept("churning a table");
        server.run(BenchServer.AUDITED, CHURN.toArray(String[]::new));
        churned = server.rows(BenchServer.AUDITED, INDEXES);
        double before = megabytes();
        double seconds = stall(action, rebuild);
        medians.add(action + " freed", before - megabytes());
        medians.add(action + " seconds", seconds);
        return seconds;
    }

    private double megabytes() throws SQLException {
        return Double.parseDouble(
                server.rows(BenchServer.AUDITED, "select pg_indexes_size('" + TABLE + "') / 1048576.0")
                        .get(0)
                        .get(0));
    }

    private double stall(String action, Load.Action meanwhile) throws Exception {
        progress.accept(action + ", while others read and write");
        Load.Result result = load.during(meanwhile);
        medians.add(action + " writers longest", result.writers().longest());
        medians.add(action + " writers 99", result.writers().percentile99());
        medians.add(action + " readers longest", result.readers().longest());
        medians.add(action + " readers 99", result.readers().percentile99());
        return result.seconds();
    }

    void report(BenchmarkReport report) throws IOException {
        String about = "Rebuilding the indexes of a table of which two of three rows were deleted, under load";
        if (medians.has(CONCURRENTLY + " freed")) {
            medians.row(
                    report, about, DBOPT + ": freed", DBOPT + " freed", CONCURRENTLY, CONCURRENTLY + " freed", "MB");
            medians.row(
                    report,
                    about,
                    DBOPT + ": whole process",
                    DBOPT + " seconds",
                    CONCURRENTLY,
                    CONCURRENTLY + " seconds",
                    "s");
        }
        for (String who : List.of("writers", "readers")) {
            for (String action : List.of(DBOPT, CONCURRENTLY, LOCKING)) {
                if (medians.has(action + " freed")) {
                    String what = action + ": longest turn of " + who;
                    medians.row(
                            report,
                            about,
                            what,
                            action + " " + who + " longest",
                            NOTHING,
                            NOTHING + " " + who + " longest",
                            "ms");
                    medians.row(
                            report,
                            about,
                            action + ": 99 of 100 turns of " + who,
                            action + " " + who + " 99",
                            NOTHING,
                            NOTHING + " " + who + " 99",
                            "ms");
                }
            }
        }
    }
}
