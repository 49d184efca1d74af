package dbopt.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import dbopt.fleet.FleetReport;
import dbopt.tenants.SchemaGroup;
import dbopt.terminal.JsonText;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The report for programs: one JSON object, in which null stands for unknown. */
final class HealthJsonReport {
    private HealthJsonReport() {}

    private record ReportObject(
            Instant at,
            String server,
            String database,
            String status,
            String verdict,
            List<CheckObject> checks,
            List<TargetObject> targets,
            List<TableObject> tables,
            List<IndexObject> indexes,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SchemaGroup> schemaGroups) {}

    private record CheckObject(
            String name,
            String title,
            String status,
            String severityRule,
            String why,
            String whatToDo,
            String page,
            int accepted,
            List<FindingObject> findings) {
        private static CheckObject of(CheckResult result) {
            Check check = result.check();
            return new CheckObject(
                    check.name(),
                    check.title(),
                    result.status().label(),
                    check.severityRule(),
                    check.why(),
                    check.whatToDo(),
                    check.page(),
                    result.accepted().size(),
                    result.findings().stream().map(FindingObject::of).toList());
        }
    }

    private record FindingObject(
            String severity,
            String object,
            Optional<BigDecimal> value,
            String unit,
            String detail,
            Optional<String> fix) {
        private static FindingObject of(Finding finding) {
            return new FindingObject(
                    finding.severity().label(),
                    finding.object(),
                    finding.value(),
                    finding.unit(),
                    finding.detail(),
                    finding.fix());
        }
    }

    private record TargetObject(
            String target,
            Optional<BigDecimal> recorded,
            BigDecimal goal,
            Optional<BigDecimal> measured,
            String unit,
            String verdict,
            Optional<String> detail) {
        private static TargetObject of(TargetFigure target) {
            return new TargetObject(
                    target.target(),
                    target.recorded(),
                    target.goal(),
                    target.measured(),
                    target.unit(),
                    target.verdict(),
                    target.detail());
        }
    }

    private record TableObject(
            String table,
            long liveRows,
            long deadRows,
            long dataBytes,
            long indexBytes,
            long sequentialScans,
            long indexScans,
            Optional<Instant> lastAnalyzed,
            Optional<Instant> lastVacuumed) {
        private static TableObject of(TableUse table) {
            return new TableObject(
                    table.name(),
                    table.liveRows(),
                    table.deadRows(),
                    table.dataBytes(),
                    table.indexBytes(),
                    table.sequentialScans(),
                    table.indexScans(),
                    table.lastAnalyzed(),
                    table.lastVacuumed());
        }
    }

    private record IndexObject(String index, String table, long bytes, long scans, boolean unique, boolean valid) {
        private static IndexObject of(IndexUse index) {
            return new IndexObject(
                    index.name(), index.table(), index.bytes(), index.scans(), index.unique(), index.valid());
        }
    }

    static String of(HealthReport report) {
        return JsonText.of(object(report)) + "\n";
    }

    /** Returns the report of many databases in the fleet's JSON format. */
    static String of(FleetReport<HealthReport> reports) {
        StringWriter text = new StringWriter();
        reports.writeJson(text, (report, generator) -> generator.writePOJO(object(report)));
        return text + "\n";
    }

    private static ReportObject object(HealthReport report) {
        return new ReportObject(
                report.at(),
                report.server(),
                report.database(),
                report.status().label(),
                report.verdict(),
                report.results().stream().map(CheckObject::of).toList(),
                report.targets().stream().map(TargetObject::of).toList(),
                report.tables().stream().map(TableObject::of).toList(),
                report.indexes().stream().map(IndexObject::of).toList(),
                report.schemas().groups());
    }
}
