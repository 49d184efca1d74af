package dbopt.health;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.TextTable;
import java.util.List;
import java.util.Locale;

/** The report for people, on a terminal. */
final class HealthTextReport {
    private static final int FINDINGS_SHOWN = 10;

    private HealthTextReport() {}

    static String of(HealthReport report) {
        StringBuilder text = new StringBuilder();
        text.append(report.verdict()).append("\n\n").append(report.standbyNote());
        report.results().stream()
                .filter(result -> !result.findings().isEmpty())
                .forEach(result -> append(result, text));
        List<String> clean = report.results().stream()
                .filter(result -> result.findings().isEmpty())
                .map(CheckResult::title)
                .toList();
        if (!clean.isEmpty()) {
            text.append("Nothing found: ").append(String.join(", ", clean)).append(".\n");
        }
        if (!report.targets().isEmpty()) {
            text.append('\n').append(targets(report.targets()));
        }
        return text.toString();
    }

    private static void append(CheckResult result, StringBuilder text) {
        text.append(result.status().label().toUpperCase(Locale.ROOT))
                .append("  ")
                .append(result.title())
                .append('\n');
        TextTable table = new TextTable("", ">", "", "");
        result.findings().stream()
                .limit(FINDINGS_SHOWN)
                .forEach(finding -> table.row(
                        "  " + finding.severity().label(), finding.amount(), finding.object(), finding.detail()));
        table.text().lines().skip(1).forEach(line -> text.append(line).append('\n'));
        if (result.findings().size() > FINDINGS_SHOWN) {
            text.append("  and ")
                    .append(result.findings().size() - FINDINGS_SHOWN)
                    .append(" more (--format json lists all)\n");
        }
        text.append("  ").append(result.check().whatToDo()).append('\n');
        result.findings().stream()
                .limit(FINDINGS_SHOWN)
                .flatMap(finding -> finding.fix().stream())
                .forEach(fix -> text.append("    ").append(fix).append(";\n"));
        text.append("  See ").append(result.check().page()).append("\n\n");
    }

    private static String targets(List<TargetFigure> targets) {
        TextTable table = new TextTable("target", ">audit", ">goal", ">measured", "verdict");
        targets.forEach(target -> table.row(
                target.target() + (target.counted() ? " since the first run of the history" : ""),
                target.recorded().map(value -> Units.text(value, target.unit())).orElse("-"),
                Units.text(target.goal(), target.unit()),
                target.measured().map(value -> Units.text(value, target.unit())).orElse("unknown"),
                target.verdict()));
        return targets.stream()
                .flatMap(target -> target.detail().map(detail -> target.target() + ": " + detail + ".\n").stream())
                .collect(joining("", table.text(), ""));
    }
}
