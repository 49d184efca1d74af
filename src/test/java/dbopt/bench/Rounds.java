package dbopt.bench;

import dbopt.project.MigrationProject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Drops the six indexes and brings them back, in every way, round after round on the same data: so both sides of each
 * ratio come from the same minutes of the same machine.
 */
final class Rounds {
    private static final List<String> TABLES = List.of("metrics_aiusagedaily", "metrics_commit");
    private static final long HELD_MILLISECONDS = 4000;

    /** How often a round repeats short measurements, which a single disturbance could double. */
    private static final int SHORT_TIMES = 5;

    private static final String MIGRATE = "dbopt migrate";
    private static final String UNDO = "dbopt undo";
    private static final String BARE_DROP = "psql, drop index concurrently";
    private static final String BARE_BUILD = "psql, create index concurrently";
    private static final String PLAIN_DROP = "psql, drop index";
    private static final String NOTHING = "no migration";
    private static final String BEHIND = ", behind an open transaction";

    private final BenchServer server;
    private final Programs programs;
    private final Statements statements;
    private final Inserts inserts;
    private final Load load;
    private final Consumer<String> progress;
    private final boolean psql = Programs.havePsql();
    private final Medians medians = new Medians();

    /** @param progress receives the name of the next measurement */
    Rounds(BenchServer server, MigrationProject project, Consumer<String> progress) throws SQLException {
        this.server = server;
        this.progress = progress;
        this.programs = new Programs(server);
        this.statements = new Statements(project);
        this.inserts = new Inserts(server);
        this.load = new Load(server);
    }

    /** Runs everything once without measuring: builds the jar, loads classes and plugins, fills the caches. */
    void warmUp() throws Exception {
        programs.dbopt("info");
        programs.dbopt("migrate");
        programs.undo();
        programs.maven("flyway:info");
        load.during(() -> 0);
    }

    void round() throws Exception {
        inserts("before");
        double seconds = stall(MIGRATE, () -> programs.dbopt("migrate"));
        inserts("after");
        stall(UNDO, () -> programs.undo());
        stall(NOTHING, () -> sleep((long) (seconds * 1000)));
        stall(MIGRATE + BEHIND, () -> behindReader(() -> programs.dbopt("migrate")));
        stall(UNDO + BEHIND, () -> behindReader(() -> programs.undo()));
        if (psql) {
            stall(BARE_DROP, () -> programs.psql(statements.concurrentDrops()));
            stall(BARE_BUILD, () -> programs.psql(statements.concurrentBuilds()));
            stall(PLAIN_DROP, () -> programs.psql(statements.plainDrops()));
            programs.psql(statements.concurrentBuilds());
            stall(PLAIN_DROP + BEHIND, () -> behindReader(() -> programs.psql(statements.plainDrops())));
            programs.psql(statements.concurrentBuilds());
        }
        programs();
    }

    /** Measures whole processes, without any load. */
    private void programs() throws Exception {
        progress.accept("whole processes");
        time("migrate", programs.dbopt("migrate"));
        time("undo", programs.undo());
        time("maven migrate", programs.maven("flyway:migrate"));
        programs.undo();
        if (psql) {
            time("psql migrate", programs.psql(statements.wholeMigrate()));
            time("psql undo", programs.psql(statements.wholeUndo()));
        }
        for (int time = 0; time < SHORT_TIMES; time++) {
            shortPrograms(server.address(BenchServer.WITHOUT_DATA));
        }
    }

    /** Measures processes that take less than a few seconds whatever the size of the data. */
    private void shortPrograms(Map<String, String> withoutData) throws Exception {
        time("migrate without data", programs.dboptOn(withoutData, "migrate"));
        time("info", programs.dboptOn(withoutData, "info"));
        programs.undoOn(withoutData);
        time("maven migrate without data", programs.mavenOn(withoutData, "flyway:migrate"));
        time("maven info", programs.mavenOn(withoutData, "flyway:info"));
        programs.undoOn(withoutData);
    }

    private void inserts(String state) throws SQLException {
        progress.accept("inserts, " + state);
        for (String table : TABLES) {
            Inserts.Cost cost = inserts.into(table);
            medians.add(table + " wal " + state, cost.megabytes());
            medians.add(table + " time " + state, cost.seconds());
        }
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

    private void time(String what, double seconds) {
        medians.add(what, seconds);
    }

    /** Runs the command while another session keeps a transaction open that has read the table of the first drop. */
    private double behindReader(Load.Action meanwhile) throws Exception {
        try (Connection reader = server.connect(BenchServer.AUDITED);
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select from public.metrics_commit limit 1");
            CompletableFuture<Void> released = CompletableFuture.runAsync(() -> {
                try {
                    sleep(HELD_MILLISECONDS);
                    reader.rollback();
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            double seconds = meanwhile.seconds();
            released.get();
            return seconds;
        }
    }

    private static double sleep(long milliseconds) throws InterruptedException {
        Thread.sleep(milliseconds);
        return milliseconds / 1000.0;
    }

    void report(BenchmarkReport report) throws IOException {
        for (String table : TABLES) {
            String about = "100,000 inserts into " + table + ", after beside before";
            medians.row(report, about, "write-ahead log", table + " wal after", "before", table + " wal before", "MB");
            medians.row(report, about, "time", table + " time after", "before", table + " time before", "s");
        }
        for (String who : List.of("writers", "readers")) {
            for (String action : List.of(
                    MIGRATE,
                    UNDO,
                    BARE_DROP,
                    BARE_BUILD,
                    PLAIN_DROP,
                    MIGRATE + BEHIND,
                    UNDO + BEHIND,
                    PLAIN_DROP + BEHIND)) {
                if (medians.has(action + " writers longest")) {
                    stalled(report, who, "longest", action);
                    stalled(report, who, "99", action);
                }
            }
        }
        String whole = "Whole processes, from start to end";
        if (psql) {
            medians.row(report, whole, MIGRATE, "migrate", "psql, the same changes", "psql migrate", "s");
            medians.row(report, whole, UNDO, "undo", "psql, the same changes", "psql undo", "s");
        }
        medians.row(report, whole, MIGRATE, "migrate", "mvn flyway:migrate", "maven migrate", "s");
        medians.row(
                report,
                whole,
                MIGRATE + ", tables without rows",
                "migrate without data",
                "mvn flyway:migrate",
                "maven migrate without data",
                "s");
        medians.row(report, whole, "dbopt info", "info", "mvn flyway:info", "maven info", "s");
        report.remark(String.format(
                Locale.ROOT,
                "During migrate and undo no writer waited longer than %.0f ms more than without a migration"
                        + " (longest of all rounds: %.0f ms with, %.0f ms without);"
                        + " behind an open transaction, not longer than %.0f ms more%s.",
                Math.max(0, longest(MIGRATE, UNDO) - longest(NOTHING)),
                longest(MIGRATE, UNDO),
                longest(NOTHING),
                Math.max(0, longest(MIGRATE + BEHIND, UNDO + BEHIND) - longest(NOTHING)),
                psql
                        ? String.format(
                                Locale.ROOT,
                                ", where a plain drop index made them wait for %.1f s",
                                longest(PLAIN_DROP + BEHIND) / 1000)
                        : ""));
    }

    private void stalled(BenchmarkReport report, String who, String which, String action) {
        String turn = which.equals("99") ? "99 of 100 turns" : "longest turn";
        medians.row(
                report,
                "Stall of " + who,
                action + ": " + turn,
                action + " " + who + " " + which,
                NOTHING,
                NOTHING + " " + who + " " + which,
                "ms");
    }

    /** The longest that any writer waited in any round. */
    private double longest(String... actions) {
        double longest = 0;
        for (String action : actions) {
            longest = Math.max(longest, medians.highest(action + " writers longest"));
        }
        return longest;
    }
}
