package dbopt.audit;

import dbopt.terminal.GuidePage;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The report for programs: one object. */
final class AuditJsonReport {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private AuditJsonReport() {}

    /** Writes one finding after the other, however many there are. */
    static void write(AuditReport report, Writer writer) {
        try (JsonGenerator generator =
                MAPPER.writer().without(StreamWriteFeature.AUTO_CLOSE_TARGET).createGenerator(writer)) {
            generator.writeStartObject();
            generator.writeStringProperty("server", report.server());
            generator.writeArrayPropertyStart("redundantIndexes");
            report.redundantIndexes().forEach(finding -> generator.writePOJO(redundant(finding)));
            generator.writeEndArray();
            generator.writeArrayPropertyStart("needsReview");
            boolean isObserved = report.observed().isPresent();
            report.needsReview().forEach(finding -> generator.writePOJO(review(finding, isObserved)));
            generator.writeEndArray();
            report.observed().ifPresent(found -> {
                generator.writeArrayPropertyStart("unusedIndexes");
                found.unused().forEach(finding -> generator.writePOJO(unused(finding)));
                generator.writeEndArray();
                generator.writeArrayPropertyStart("unknownIndexes");
                found.unknown().forEach(finding -> generator.writePOJO(unknown(finding)));
                generator.writeEndArray();
            });
            generator.writeEndObject();
        }
    }

    private static Map<String, Object> redundant(RedundantIndex finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("schema", finding.schema());
        object.put("table", finding.table());
        object.put("index", finding.index());
        object.put("kind", finding.kind().label());
        object.put("page", finding.page());
        finding.parts().ifPresent(parts -> {
            object.put("concurrent", false);
            object.put("parts", parts);
        });
        object.put("coveredBy", finding.coveredBy());
        object.put(
                "sizeBytes",
                finding.sizeBytes().isPresent() ? finding.sizeBytes().getAsLong() : null);
        object.put("definition", finding.definition());
        object.put("dropSql", finding.dropSql());
        object.put("undoSql", finding.undoSql());
        object.put("notes", List.copyOf(finding.notes()));
        return object;
    }

    private static Map<String, Object> review(IndexNeedingReview finding, boolean isObserved) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("schema", finding.schema());
        object.put("table", finding.table());
        object.put("index", finding.index());
        object.put("coveredBy", finding.coveredBy().orElse(null));
        object.put("code", finding.code());
        object.put("page", GuidePage.of(finding.code()));
        object.put("reason", finding.reason());
        object.put(
                "sizeBytes",
                finding.sizeBytes().isPresent() ? finding.sizeBytes().getAsLong() : null);
        object.put("definition", finding.definition());
        object.put("undoSql", finding.undoSql().orElse(null));
        if (isObserved) {
            object.put(
                    "evidence",
                    finding.evidence().stream().map(AuditJsonReport::evidence).toList());
        }
        return object;
    }

    private static Map<String, Object> evidence(ReviewEvidence found) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("about", found.about());
        object.put("says", found.says().label());
        object.put("words", found.words());
        return object;
    }

    private static Map<String, Object> unused(UnusedIndex finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("schema", finding.schema());
        object.put("table", finding.table());
        object.put("index", finding.index());
        object.put("page", GuidePage.of("unused"));
        object.put(
                "sizeBytes",
                finding.sizeBytes().isPresent() ? finding.sizeBytes().getAsLong() : null);
        object.put("definition", finding.definition());
        object.put("dropSql", finding.dropSql());
        object.put("undoSql", finding.undoSql());
        object.put("statisticsSql", finding.statisticsSql());
        object.put("from", finding.proof().from().toString());
        object.put("to", finding.proof().to().toString());
        object.put("nodes", finding.proof().nodes());
        object.put(
                "monthEnds",
                finding.proof().monthEnds().stream().map(Object::toString).toList());
        object.put("indexWritesPerDay", Math.round(finding.proof().use().indexWrites()));
        object.put("notes", finding.notes());
        return object;
    }

    private static Map<String, Object> unknown(UnknownIndex finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("schema", finding.schema());
        object.put("table", finding.table());
        object.put("index", finding.index());
        object.put("sizeBytes", finding.sizeBytes());
        object.put("code", finding.missing().code());
        object.put("page", GuidePage.of("unused"));
        object.put("missing", finding.missing().missing());
        return object;
    }
}
