package dbopt.health;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.Bytes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the page's template asks for, as text. */
final class PageModel {
    /** More rows make a page slow, and nobody reads them; JSON has them all. */
    static final int ROWS_SHOWN = 500;

    static final int FINDINGS_SHOWN = 25;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

    private PageModel() {}

    static Map<String, Object> of(HealthReport report, History history) {
        Map<String, Object> page = new HashMap<>();
        page.put("verdict", report.verdict());
        page.put("verdictInShort", report.verdictInShort());
        page.put("counts", report.counts());
        page.put("status", report.status().label());
        page.put("database", report.database());
        page.put("server", report.server());
        page.put("at", TIME.format(report.at()) + " UTC");
        page.put("alerts", alerts(report, Severity.CRITICAL, Severity.UNKNOWN));
        page.put("notes", alerts(report, Severity.INFO, Severity.INFO));
        page.put("hasNotes", !alerts(report, Severity.INFO, Severity.INFO).isEmpty());
        page.put("hasTargets", !report.targets().isEmpty());
        page.put("targets", report.targets().stream().map(PageModel::target).toList());
        page.put("charts", Charts.of(report));
        List<Snapshot> runs = Trends.runs(history, report);
        page.put("hasTrends", runs.size() > 1);
        page.put("trendsTitle", runs.size() > 1 ? "Trends" : "Figures");
        page.put("runs", runs.size());
        page.put("since", TIME.format(runs.get(0).at()));
        page.put("trends", Trends.of(runs));
        page.put(
                "tables",
                report.tables().stream().limit(ROWS_SHOWN).map(PageModel::table).toList());
        page.put("tablesCaption", caption("tables", report.tables().size()));
        page.put(
                "indexes",
                report.indexes().stream()
                        .limit(ROWS_SHOWN)
                        .map(PageModel::index)
                        .toList());
        page.put("indexesCaption", caption("indexes", report.indexes().size()));
        page.put("checks", report.results().stream().map(PageModel::check).toList());
        return page;
    }

    private static String caption(String what, int count) {
        String counted = "; scans as far as the server's counters reach back, times in UTC. ";
        return count > ROWS_SHOWN
                ? "The " + ROWS_SHOWN + " largest of " + Units.count(count) + " " + what + counted
                : Units.count(count) + " " + what + ", the largest first" + counted;
    }

    private static List<Map<String, Object>> alerts(HealthReport report, Severity gravest, Severity slightest) {
        return report.results().stream()
                .filter(result -> result.status().compareTo(gravest) >= 0
                        && result.status().compareTo(slightest) <= 0)
                .map(result -> alert(result, report))
                .toList();
    }

    private static Map<String, Object> alert(CheckResult result, HealthReport report) {
        List<AlikeFinding> findings = AlikeFinding.of(result.findings(), report.schemas());
        List<AlikeFinding> shown = findings.stream().limit(FINDINGS_SHOWN).toList();
        String fixes =
                shown.stream().flatMap(finding -> finding.fixes().stream()).collect(joining("\n"));
        Map<String, Object> alert = new HashMap<>(check(result));
        alert.put("why", result.check().why());
        alert.put("whatToDo", result.check().whatToDo());
        alert.put("page", result.check().page());
        alert.put("count", result.findings().size());
        alert.put("mixed", shown.stream().map(AlikeFinding::severity).distinct().count() > 1);
        alert.put("findings", shown.stream().map(PageModel::finding).toList());
        alert.put("fixes", fixes.isEmpty() ? false : fixes);
        int more = findings.size() - shown.size();
        alert.put("more", more == 0 ? false : "and " + Units.count(more) + " more; the JSON report lists them all");
        return alert;
    }

    private static Map<String, Object> finding(AlikeFinding finding) {
        return Map.of(
                "severity", finding.severity().label(),
                "object", finding.object(),
                "amount", finding.amount(),
                "detail", finding.detail());
    }

    private static Map<String, Object> check(CheckResult result) {
        return Map.of(
                "title", result.check().title(),
                "status", result.status().label(),
                "severityRule", result.check().severityRule());
    }

    private static Map<String, Object> target(TargetFigure target) {
        return Map.of(
                "target", target.target() + (target.counted() ? ", since the first run of the history" : ""),
                "recorded",
                        target.recorded()
                                .map(value -> Units.text(value, target.unit()))
                                .orElse("not recorded"),
                "goal", Units.text(target.goal(), target.unit()),
                "measured",
                        target.measured()
                                .map(value -> Units.text(value, target.unit()))
                                .orElse("unknown"),
                "verdict", target.verdict(),
                "details", target.detail().stream().toList());
    }

    private static Map<String, Object> table(TableUse table) {
        Map<String, Object> row = new HashMap<>();
        row.put("name", table.name());
        row.put("liveRows", table.liveRows());
        row.put("rowsText", Units.count(table.liveRows()));
        row.put("deadRows", table.deadRows());
        row.put("deadText", Units.count(table.deadRows()));
        row.put("dataBytes", table.dataBytes());
        row.put("dataText", Bytes.text(table.dataBytes()));
        row.put("indexBytes", table.indexBytes());
        row.put("indexText", Bytes.text(table.indexBytes()));
        row.put("ratio", table.dataBytes() == 0 ? "0.00" : ratio(table.indexBytes(), table.dataBytes()));
        row.put("sequentialScans", table.sequentialScans());
        row.put("sequentialText", Units.count(table.sequentialScans()));
        row.put("indexScans", table.indexScans());
        row.put("indexScansText", Units.count(table.indexScans()));
        row.put("analyzed", time(table.lastAnalyzed()));
        row.put("vacuumed", time(table.lastVacuumed()));
        return row;
    }

    private static Map<String, Object> index(IndexUse index) {
        return Map.of(
                "name", index.name(),
                "table", index.table(),
                "bytes", index.bytes(),
                "size", Bytes.text(index.bytes()),
                "scans", index.scans(),
                "scansText", Units.count(index.scans()),
                "kind", (index.unique() ? "unique" : "plain") + (index.valid() ? "" : ", invalid"));
    }

    static String ratio(long dividend, long divisor) {
        return String.format(Locale.ROOT, "%.2f", (double) dividend / divisor);
    }

    /** The counters are lost in a crash, so no time proves nothing. */
    private static String time(Optional<Instant> instant) {
        return instant.map(TIME::format).orElse("unknown");
    }
}
