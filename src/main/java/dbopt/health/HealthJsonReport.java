package dbopt.health;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The report for programs. What is not known is null. */
final class HealthJsonReport {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private HealthJsonReport() {}

    static String of(HealthReport report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("at", report.at().toString());
        root.put("server", report.server());
        root.put("database", report.database());
        root.put("status", report.status().label());
        root.put("verdict", report.verdict());
        ArrayNode checks = root.putArray("checks");
        report.results().forEach(result -> add(result, checks.addObject()));
        ArrayNode targets = root.putArray("targets");
        report.targets().forEach(target -> add(target, targets.addObject()));
        ArrayNode tables = root.putArray("tables");
        report.tables().forEach(table -> add(table, tables.addObject()));
        ArrayNode indexes = root.putArray("indexes");
        report.indexes().forEach(index -> add(index, indexes.addObject()));
        return JSON.writeValueAsString(root) + "\n";
    }

    private static void add(CheckResult result, ObjectNode node) {
        node.put("name", result.check().name());
        node.put("title", result.check().title());
        node.put("status", result.status().label());
        node.put("severityRule", result.check().severityRule());
        node.put("why", result.check().why());
        node.put("whatToDo", result.check().whatToDo());
        node.put("page", result.check().page());
        node.put("accepted", result.accepted().size());
        ArrayNode findings = node.putArray("findings");
        result.findings().forEach(finding -> {
            ObjectNode each = findings.addObject();
            each.put("severity", finding.severity().label());
            each.put("object", finding.object());
            each.put("value", number(finding.value()));
            each.put("unit", finding.unit());
            each.put("detail", finding.detail());
            each.put("fix", finding.fix().orElse(null));
        });
    }

    private static void add(TargetFigure target, ObjectNode node) {
        node.put("target", target.target());
        node.put("recorded", number(target.recorded()));
        node.put("goal", target.goal());
        node.put("measured", number(target.measured()));
        node.put("unit", target.unit());
        node.put("verdict", target.verdict());
        node.put("detail", target.detail().orElse(null));
    }

    private static void add(TableUse table, ObjectNode node) {
        node.put("table", table.name());
        node.put("liveRows", table.liveRows());
        node.put("deadRows", table.deadRows());
        node.put("dataBytes", table.dataBytes());
        node.put("indexBytes", table.indexBytes());
        node.put("sequentialScans", table.sequentialScans());
        node.put("indexScans", table.indexScans());
        node.put("lastAnalyzed", table.lastAnalyzed().map(Instant::toString).orElse(null));
        node.put("lastVacuumed", table.lastVacuumed().map(Instant::toString).orElse(null));
    }

    private static void add(IndexUse index, ObjectNode node) {
        node.put("index", index.name());
        node.put("table", index.table());
        node.put("bytes", index.bytes());
        node.put("scans", index.scans());
        node.put("unique", index.unique());
        node.put("valid", index.valid());
    }

    private static BigDecimal number(Optional<BigDecimal> value) {
        return value.orElse(null);
    }
}
