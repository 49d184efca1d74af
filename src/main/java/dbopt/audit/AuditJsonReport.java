package dbopt.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import dbopt.findings.AuditReport;
import dbopt.findings.AuditedIndex;
import dbopt.findings.IndexNeedingReview;
import dbopt.findings.RedundantIndex;
import dbopt.findings.ReviewEvidence;
import dbopt.findings.UnknownIndex;
import dbopt.findings.UnusedIndex;
import dbopt.terminal.GuidePage;
import dbopt.terminal.JsonText;
import java.io.Writer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;

/** The report for programs: one JSON object. */
final class AuditJsonReport {
    private AuditJsonReport() {}

    private static OptionalInt number(AuditedIndex finding) {
        return finding.parts().map(parts -> OptionalInt.of(parts.number())).orElse(OptionalInt.empty());
    }

    private record RedundantObject(
            String schema,
            String table,
            String index,
            String kind,
            String page,
            @JsonInclude(JsonInclude.Include.NON_NULL) Boolean concurrent,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalInt parts,
            String coveredBy,
            OptionalLong sizeBytes,
            String definition,
            String dropSql,
            String undoSql,
            List<String> notes) {
        private static RedundantObject of(RedundantIndex finding) {
            return new RedundantObject(
                    finding.schema(),
                    finding.table(),
                    finding.index(),
                    finding.kind().label(),
                    finding.page(),
                    finding.parts().isPresent() ? false : null,
                    number(finding),
                    finding.coveredBy(),
                    finding.sizeBytes(),
                    finding.definition(),
                    finding.dropSql(),
                    finding.undoSql(),
                    finding.notes());
        }
    }

    private record ReviewObject(
            String schema,
            String table,
            String index,
            Optional<String> coveredBy,
            String code,
            String page,
            String reason,
            OptionalLong sizeBytes,
            String definition,
            Optional<String> undoSql,
            @JsonInclude(JsonInclude.Include.NON_NULL) List<EvidenceObject> evidence) {
        private static ReviewObject of(IndexNeedingReview finding, boolean isObserved) {
            return new ReviewObject(
                    finding.schema(),
                    finding.table(),
                    finding.index(),
                    finding.coveredBy(),
                    finding.code(),
                    GuidePage.of(finding.code()),
                    finding.reason(),
                    finding.sizeBytes(),
                    finding.definition(),
                    finding.undoSql(),
                    isObserved
                            ? finding.evidence().stream()
                                    .map(EvidenceObject::of)
                                    .toList()
                            : null);
        }
    }

    private record EvidenceObject(String about, String says, String words) {
        private static EvidenceObject of(ReviewEvidence found) {
            return new EvidenceObject(found.about(), found.says().label(), found.words());
        }
    }

    private record UnusedObject(
            String schema,
            String table,
            String index,
            String page,
            @JsonInclude(JsonInclude.Include.NON_NULL) Boolean concurrent,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalInt parts,
            OptionalLong sizeBytes,
            String definition,
            String dropSql,
            String undoSql,
            List<String> statisticsSql,
            Instant from,
            Instant to,
            List<String> nodes,
            List<LocalDate> monthEnds,
            long indexWritesPerDay,
            List<String> notes) {
        private static UnusedObject of(UnusedIndex finding) {
            return new UnusedObject(
                    finding.schema(),
                    finding.table(),
                    finding.index(),
                    GuidePage.of("unused"),
                    finding.parts().isPresent() ? false : null,
                    number(finding),
                    finding.sizeBytes(),
                    finding.definition(),
                    finding.dropSql(),
                    finding.undoSql(),
                    finding.statisticsSql(),
                    finding.proof().from(),
                    finding.proof().to(),
                    finding.proof().nodes(),
                    finding.proof().monthEnds(),
                    Math.round(finding.proof().use().indexWrites()),
                    finding.notes());
        }
    }

    private record UnknownObject(
            String schema, String table, String index, long sizeBytes, String code, String page, String missing) {
        private static UnknownObject of(UnknownIndex finding) {
            return new UnknownObject(
                    finding.schema(),
                    finding.table(),
                    finding.index(),
                    finding.sizeBytes(),
                    finding.missing().code(),
                    finding.page(),
                    finding.missing().missing());
        }
    }

    /** Writes the report, one finding after the other, so that a report of any length fits in memory. */
    static void write(AuditReport report, Writer writer) {
        try (JsonGenerator generator = JsonText.mapper()
                .writer()
                .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .createGenerator(writer)) {
            write(report, generator);
        }
    }

    /** Writes the report as a part of a larger JSON document. */
    static void write(AuditReport report, JsonGenerator generator) {
        generator.writeStartObject();
        generator.writeStringProperty("server", report.server());
        if (report.sharded().tables() > 0) {
            generator.writeNumberProperty("shardedTables", report.sharded().tables());
        }
        generator.writeArrayPropertyStart("redundantIndexes");
        report.redundantIndexes().forEach(finding -> generator.writePOJO(RedundantObject.of(finding)));
        generator.writeEndArray();
        generator.writeArrayPropertyStart("needsReview");
        boolean isObserved = report.observed().isPresent();
        report.needsReview().forEach(finding -> generator.writePOJO(ReviewObject.of(finding, isObserved)));
        generator.writeEndArray();
        if (!report.schemas().groups().isEmpty()) {
            generator.writePOJOProperty("schemaGroups", report.schemas().groups());
        }
        report.observed().ifPresent(found -> {
            generator.writeArrayPropertyStart("unusedIndexes");
            found.unused().forEach(finding -> generator.writePOJO(UnusedObject.of(finding)));
            generator.writeEndArray();
            generator.writeArrayPropertyStart("unknownIndexes");
            found.unknown().forEach(finding -> generator.writePOJO(UnknownObject.of(finding)));
            generator.writeEndArray();
        });
        generator.writeEndObject();
    }
}
