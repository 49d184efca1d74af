package dbopt.health;

import static java.util.stream.Collectors.joining;

import dbopt.tenants.SchemaGroupText;
import dbopt.terminal.TerminalText;
import dbopt.terminal.TextTable;
import java.util.List;
import java.util.Locale;

/** The report as text for people. */
final class HealthTextReport {
    private static final int FINDINGS_SHOWN = 10;

    private HealthTextReport() {}

    /**
     * Returns the report as text.
     *
     * @param width the length of a line, at which sentences are wrapped; tables are as wide as their content
     */
    static String of(HealthReport report, int width) {
        StringBuilder text = new StringBuilder();
        text.append(report.verdict()).append("\n\n").append(report.standbyNote());
        report.results().stream()
                .filter(result -> !result.findings().isEmpty())
                .forEach(result -> append(result, report, width, text));
        List<String> clean = report.results().stream()
                .filter(result -> result.findings().isEmpty())
                .map(CheckResult::title)
                .toList();
        if (!clean.isEmpty()) {
            sentence("Nothing found: " + String.join(", ", clean) + ".", "", width, text);
        }
        // a figure that is counted from the first run of a history cannot be judged without a history
        List<TargetFigure> judged = report.targets().stream()
                .filter(target -> !target.counted() || target.measured().isPresent())
                .toList();
        if (!judged.isEmpty()) {
            text.append('\n').append(targets(judged));
        }
        List<String> schemas = SchemaGroupText.lines(report.schemas());
        if (!schemas.isEmpty()) {
            text.append('\n');
            schemas.forEach(line -> sentence(line, "", width, text));
        }
        return text.toString();
    }

    private static void sentence(String sentence, String indent, int width, StringBuilder text) {
        TerminalText.wrapped(sentence, width - indent.length())
                .forEach(line -> text.append(indent).append(line).append('\n'));
    }

    private static void append(CheckResult result, HealthReport report, int width, StringBuilder text) {
        List<AlikeFinding> findings = AlikeFinding.of(result.findings(), report.schemas());
        text.append(result.status().label().toUpperCase(Locale.ROOT))
                .append("  ")
                .append(result.title())
                .append('\n');
        TextTable table = new TextTable("", ">", "", "");
        findings.stream()
                .limit(FINDINGS_SHOWN)
                .forEach(finding -> table.row(
                        "  " + finding.severity().label(), finding.amount(), finding.object(), finding.detail()));
        table.text().lines().skip(1).forEach(line -> text.append(line).append('\n'));
        if (findings.size() > FINDINGS_SHOWN) {
            text.append("  and ").append(findings.size() - FINDINGS_SHOWN).append(" more (--format json lists all)\n");
        }
        sentence(result.check().whatToDo(), "  ", width, text);
        findings.stream()
                .limit(FINDINGS_SHOWN)
                .flatMap(finding -> finding.fixes().stream())
                .forEach(fix -> text.append("    ").append(fix).append("\n"));
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
