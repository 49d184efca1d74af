package dbopt.health;

import dbopt.bundled.Tile;
import dbopt.terminal.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The few important numbers at the head of the page, and how they changed since the last run. */
final class Tiles {
    private Tiles() {}

    static List<Tile> of(HealthReport report, Optional<Snapshot> last) {
        Snapshot now = Snapshot.of(report);
        return List.of(
                new Tile(
                        "critical",
                        Units.count(now.critical()),
                        now.critical() > 0 ? "critical" : "",
                        last.map(run -> counted(now.critical() - run.critical()))
                                .orElse("")),
                new Tile(
                        now.warnings() == 1 ? "warning" : "warnings",
                        Units.count(now.warnings()),
                        now.warnings() > 0 ? "warning" : "",
                        last.map(run -> counted(now.warnings() - run.warnings()))
                                .orElse("")),
                new Tile(
                        "tables and indexes",
                        Bytes.text(now.bytes()),
                        "",
                        last.map(run -> bytes(now.bytes() - run.bytes())).orElse("")),
                new Tile(
                        "index-to-data ratio",
                        ratio(now.indexRatio()),
                        "",
                        last.map(run -> signed(now.indexRatio() - run.indexRatio()))
                                .orElse("")),
                new Tile(
                        "bloat, estimated",
                        now.bloat().map(Bytes::text).orElse("unknown"),
                        "",
                        last.flatMap(Snapshot::bloat)
                                .flatMap(then -> now.bloat().map(bloat -> bytes(bloat - then)))
                                .orElse("")),
                new Tile(
                        "dead rows",
                        report.standby() ? "unknown" : Units.count(now.deadRows()),
                        "",
                        last.filter(run -> !report.standby())
                                .map(run -> counted(now.deadRows() - run.deadRows()))
                                .orElse("")));
    }

    private static String counted(long more) {
        return more == 0
                ? "unchanged since the last run"
                : (more > 0 ? "+" : "") + Units.count(more) + " since the last run";
    }

    private static String bytes(long more) {
        return more == 0
                ? "unchanged since the last run"
                : (more > 0 ? "+" : "-") + Bytes.text(Math.abs(more)) + " since the last run";
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String signed(double more) {
        return Math.abs(more) < 0.005
                ? "unchanged since the last run"
                : String.format(Locale.ROOT, "%+.2f since the last run", more);
    }
}
