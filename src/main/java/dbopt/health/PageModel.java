package dbopt.health;

import static java.util.stream.Collectors.joining;

import dbopt.fleet.FleetEntry;
import dbopt.fleet.FleetReport;
import dbopt.terminal.Bytes;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The values for the page's template, as text. */
final class PageModel {
    /** The most rows of a table on the page; more would make the page slow, and the JSON report has all rows. */
    static final int ROWS_SHOWN = 500;

    static final int FINDINGS_SHOWN = 25;

    private static final int CHANGES_SHOWN = 50;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

    private PageModel() {}

    static Map<String, Object> of(HealthReport report, History history) {
        Optional<Since> since = Since.lastRun(history, report);
        List<Snapshot> runs = Trends.runs(history, report);
        List<Map<String, Object>> charts = Trends.of(runs, report.deploys().orElse(List.of()));
        Map<String, Object> page = findings(report, since);
        page.put("title", "Database health: " + report.verdict());
        page.put("tiles", Tiles.of(report, since.map(Since::last)));
        page.put("since", since.<Object>map(PageModel::since).orElse(false));
        page.put("hasTargets", !report.targets().isEmpty());
        page.put("targets", report.targets().stream().map(PageModel::target).toList());
        page.put("shares", Shares.of(report));
        page.put("charts", charts);
        page.put("hasCharts", !charts.isEmpty());
        page.put("runs", runs.size());
        page.put("begin", TIME.format(runs.get(0).at()));
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

    /** Returns the verdict and the findings of a database, for the template. */
    private static Map<String, Object> findings(HealthReport report, Optional<Since> since) {
        List<Map<String, Object>> notes = alerts(report, Severity.INFO, Severity.INFO, since);
        Map<String, Object> page = new HashMap<>();
        page.put("verdictInShort", report.verdictInShort());
        page.put("counts", report.counts());
        page.put("status", report.status().label());
        page.put("database", report.database());
        page.put("server", report.server());
        page.put("at", TIME.format(report.at()) + " UTC");
        page.put("alerts", alerts(report, Severity.CRITICAL, Severity.UNKNOWN, since));
        page.put("notes", notes);
        page.put("hasNotes", !notes.isEmpty());
        return page;
    }

    /** Returns the values for the page of many databases, which has only the findings of each database. */
    static Map<String, Object> of(FleetReport<HealthReport> reports) {
        List<Map<String, Object>> databases = new ArrayList<>();
        for (FleetEntry<HealthReport> entry : reports.entries()) {
            Map<String, Object> database = entry.report()
                    .map(report -> findings(report, Optional.empty()))
                    .orElseGet(() -> new HashMap<>(Map.of(
                            "status",
                            Severity.CRITICAL.label(),
                            "database",
                            entry.database().address().display(),
                            "verdictInShort",
                            "No report",
                            "counts",
                            "")));
            database.put("name", entry.name());
            database.put("number", databases.size() + 1);
            database.put("failure", entry.reason().map(Object.class::cast).orElse(false));
            database.put(
                    "shortFailure", entry.shortReason().map(Object.class::cast).orElse(false));
            databases.add(database);
        }
        return Map.of(
                "title",
                "Health of the databases: " + reports.headline(),
                "headline",
                reports.headline(),
                "databases",
                databases);
    }

    private static String caption(String what, int count) {
        String counted = "; scans as far as the server's counters reach back, times in UTC. ";
        return count > ROWS_SHOWN
                ? "The " + ROWS_SHOWN + " largest of " + Units.count(count) + " " + what + counted
                : Units.count(count) + " " + what + ", the largest first" + counted;
    }

    private static Map<String, Object> since(Since since) {
        List<Map<String, Object>> changes = Stream.concat(
                        since.found().stream()
                                .map(change ->
                                        change(change, "new", change.severity().label())),
                        since.gone().stream().map(change -> change(change, "gone", "ok")))
                .limit(CHANGES_SHOWN)
                .toList();
        int more = since.found().size() + since.gone().size() - changes.size();
        return Map.of(
                "summary",
                since.summary(),
                "last",
                TIME.format(since.last().at()) + " UTC",
                "deploys",
                since.deploys().isEmpty()
                        ? false
                        : since.deploys().stream().map(Deploy::name).collect(joining(", ")),
                "hasChanges",
                !changes.isEmpty(),
                "changes",
                changes,
                "more",
                more == 0 ? false : "and " + Units.count(more) + " more");
    }

    private static Map<String, Object> change(Since.Change change, String word, String colour) {
        return Map.of(
                "object",
                change.object(),
                "change",
                word,
                "colour",
                colour,
                "check",
                change.check().check().title());
    }

    private static List<Map<String, Object>> alerts(
            HealthReport report, Severity gravest, Severity slightest, Optional<Since> since) {
        return report.results().stream()
                .filter(result -> result.status().compareTo(gravest) >= 0
                        && result.status().compareTo(slightest) <= 0)
                .map(result -> alert(result, report, since))
                .toList();
    }

    private static Map<String, Object> alert(CheckResult result, HealthReport report, Optional<Since> since) {
        List<AlikeFinding> findings = AlikeFinding.of(result.findings(), report.schemas());
        List<AlikeFinding> shown = findings.stream().limit(FINDINGS_SHOWN).toList();
        List<String> fixes =
                shown.stream().flatMap(finding -> finding.fixes().stream()).toList();
        Map<String, Object> alert = new HashMap<>(check(result));
        alert.put("why", result.check().why());
        alert.put("whatToDo", result.check().whatToDo());
        alert.put("page", result.check().page());
        alert.put("count", result.findings().size());
        alert.put("mixed", shown.stream().map(AlikeFinding::severity).distinct().count() > 1);
        alert.put(
                "findings",
                shown.stream()
                        .map(finding -> finding(
                                finding,
                                since.filter(last -> finding.alike().findings().stream()
                                                .anyMatch(one -> last.isNew(result.check(), one)))
                                        .isPresent()))
                        .toList());
        alert.put(
                "fixes",
                fixes.size() < 2 ? false : Map.of("statements", fixes.size(), "text", String.join("\n", fixes)));
        int more = findings.size() - shown.size();
        alert.put("more", more == 0 ? false : "and " + Units.count(more) + " more; the JSON report lists them all");
        return alert;
    }

    private static Map<String, Object> finding(AlikeFinding finding, boolean isNew) {
        return Map.of(
                "severity", finding.severity().label(),
                "object", finding.object(),
                "amount", finding.amount(),
                "value", finding.value().map(BigDecimal::toPlainString).orElse(""),
                "detail", finding.detail(),
                "isNew", isNew,
                "fix", finding.fixes().isEmpty() ? false : String.join("\n", finding.fixes()));
    }

    private static Map<String, Object> check(CheckResult result) {
        return Map.of(
                "title", result.check().title(),
                "status", result.status().label(),
                "severityRule", result.check().severityRule());
    }

    private static Map<String, Object> target(TargetFigure target) {
        return Map.of(
                "recordedValue",
                        target.recorded().map(BigDecimal::toPlainString).orElse(""),
                "goalValue", target.goal().toPlainString(),
                "measuredValue",
                        target.measured().map(BigDecimal::toPlainString).orElse(""),
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

    /**
     * Returns the time, or "unknown" if there is none: the server loses the counters in a crash, so a missing time does not
     * mean never.
     */
    private static String time(Optional<Instant> instant) {
        return instant.map(TIME::format).orElse("unknown");
    }
}
