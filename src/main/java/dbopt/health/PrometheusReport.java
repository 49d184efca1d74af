package dbopt.health;

import dbopt.fleet.FleetEntry;
import dbopt.fleet.FleetReport;
import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The report as <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus text</a>, for the textfile
 * collector. There are few labels, and none has the name of a table, so the number of series does not grow with the
 * database. An unknown figure has no sample.
 */
final class PrometheusReport {
    private static final List<Severity> COUNTED =
            List.of(Severity.CRITICAL, Severity.WARNING, Severity.UNKNOWN, Severity.INFO);

    private static final String GAUGE = "gauge";

    /** The checks that estimate what a rebuild would free, each with the kind of object that it is about. */
    private static final Map<String, String> BLOAT =
            new TreeMap<>(Map.of("bloated_tables", "tables", "bloated_indexes", "indexes"));

    /** The metrics by name. Each metric is described once, even if several databases have samples of it. */
    private final Map<String, Family> families = new LinkedHashMap<>();

    private String database = "";

    private PrometheusReport() {}

    /** A metric and its samples from every database. */
    private record Family(String kind, String help, List<String> samples) {}

    static String of(HealthReport report) {
        PrometheusReport prometheus = new PrometheusReport();
        prometheus.write(report.database().replaceFirst(" as (?!.* as ).*", ""), report);
        return prometheus.text();
    }

    /**
     * Returns the metrics of many databases, labelled with the names that the user gave them, and whether each could be
     * examined.
     */
    static String of(FleetReport<HealthReport> reports) {
        PrometheusReport prometheus = new PrometheusReport();
        for (FleetEntry<HealthReport> entry : reports.entries()) {
            prometheus.database = entry.name();
            prometheus.one(
                    "dbopt_health_reached",
                    "1 if the database could be examined, 0 if not.",
                    entry.report().isPresent() ? 1 : 0);
        }
        reports.entries().forEach(entry -> entry.report().ifPresent(report -> prometheus.write(entry.name(), report)));
        return prometheus.text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        families.forEach((name, family) -> {
            text.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(family.help())
                    .append('\n');
            text.append("# TYPE ")
                    .append(name)
                    .append(' ')
                    .append(family.kind())
                    .append('\n');
            family.samples().forEach(text::append);
        });
        return text.toString();
    }

    private void write(String name, HealthReport report) {
        database = name;
        one(
                "dbopt_health_timestamp_seconds",
                "When the database was examined, in Unix time.",
                report.at().getEpochSecond());
        List<String> findings = new ArrayList<>();
        for (CheckResult result : report.results()) {
            for (Severity severity : COUNTED) {
                findings.add(sample(
                        "dbopt_health_findings",
                        Map.of("check", result.check().name(), "severity", severity.label()),
                        result.count(severity)));
            }
        }
        family("dbopt_health_findings", GAUGE, "What each check found, by severity.", findings);
        family(
                "dbopt_health_check_info",
                GAUGE,
                "Where each check is explained, by its path in the project's repository.",
                report.results().stream()
                        .map(result -> sample(
                                "dbopt_health_check_info",
                                Map.of(
                                        "check",
                                        result.check().name(),
                                        "page",
                                        result.check().page()),
                                1))
                        .toList());
        one("dbopt_tables_bytes", "Size of all tables, without their indexes.", report.dataBytes());
        one("dbopt_indexes_bytes", "Size of all indexes.", report.indexBytes());
        if (!report.standby()) { // only the primary counts dead rows
            one("dbopt_dead_rows", "Dead rows, which VACUUM has yet to remove.", report.deadRows());
        }
        counter(
                "dbopt_sequential_scans_total",
                "Sequential scans since the server's counters were reset.",
                report.sequentialScans());
        counter("dbopt_index_scans_total", "Index scans since the server's counters were reset.", report.indexScans());
        family(
                "dbopt_bloat_bytes",
                GAUGE,
                "Bytes that a rebuild would free at least, by kind of object, if they can be estimated.",
                BLOAT.entrySet().stream()
                        .flatMap(bloat -> report.bloatBytes(bloat.getKey()).stream()
                                .map(bytes -> sample("dbopt_bloat_bytes", Map.of("of", bloat.getValue()), bytes)))
                        .toList());
        report.measures().forEach(measure -> measure.value()
                .ifPresent(value -> family(
                        "dbopt_" + measure.name(),
                        measure.kind(),
                        measure.help(),
                        List.of(sample("dbopt_" + measure.name(), Map.of(), value.toPlainString())))));
        targets(report.targets());
    }

    private void targets(List<TargetFigure> targets) {
        List<String> measured = new ArrayList<>();
        List<String> goals = new ArrayList<>();
        for (TargetFigure target : targets) {
            Map<String, String> labels = Map.of("target", target.target(), "unit", target.unit());
            target.measured().ifPresent(value -> measured.add(sample("dbopt_target_measured", labels, value)));
            goals.add(sample("dbopt_target_goal", labels, target.goal()));
        }
        family("dbopt_target_measured", GAUGE, "The figure of each target of the clean-up, in its unit.", measured);
        family("dbopt_target_goal", GAUGE, "The highest figure that meets the target.", goals);
    }

    private void one(String name, String help, long value) {
        family(name, GAUGE, help, List.of(sample(name, Map.of(), value)));
    }

    private void counter(String name, String help, long value) {
        family(name, "counter", help, List.of(sample(name, Map.of(), value)));
    }

    private void family(String name, String kind, String help, List<String> samples) {
        if (!samples.isEmpty()) {
            families.computeIfAbsent(name, first -> new Family(kind, help, new ArrayList<>()))
                    .samples()
                    .addAll(samples);
        }
    }

    private String sample(String name, Map<String, String> labels, Object value) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put("database", database);
        List<String> written = new ArrayList<>();
        all.forEach((label, content) -> written.add(label + "=\"" + escaped(content) + '"'));
        return name + "{" + String.join(",", written) + "} " + value + "\n";
    }

    /**
     * Escapes backslash, quote and line break, as the format requires. The format has no escape for other control
     * characters, so they are shown by their numbers.
     */
    private static String escaped(String content) {
        return TerminalText.lines(content)
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n");
    }
}
