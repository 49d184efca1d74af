package dbopt.audit;

import dbopt.accepted.AcceptedFindings;
import dbopt.evidence.UsageVerdict;
import dbopt.findings.Advice;
import dbopt.findings.AuditReport;
import dbopt.findings.AuditedIndex;
import dbopt.findings.IndexNeedingReview;
import dbopt.findings.RedundantIndex;
import dbopt.findings.ReviewEvidence;
import dbopt.findings.UnknownIndex;
import dbopt.findings.UnusedIndex;
import dbopt.findings.UnusedIndexes;
import dbopt.tenants.Alike;
import dbopt.tenants.AlikeNotes;
import dbopt.tenants.EqualSchemas;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Function;

/** Combines findings for people to read: one finding for all equal schemas that have it. */
final class AlikeFindings {
    private AlikeFindings() {}

    private record Same(
            String table,
            String index,
            Optional<String> keeper,
            Object how,
            Optional<String> definition,
            Optional<String> keepersDefinition) {}

    /** Returns the proven findings; those that are not accepted come first. */
    static List<Alike<RedundantIndex>> redundant(AuditReport report, AcceptedFindings accepted) {
        return alike(
                report.schemas(),
                report.newFirst(accepted),
                RedundantIndex::table,
                finding -> Optional.of(finding.coveredBy()),
                finding -> List.of(finding.kind(), finding.isConcurrent(), accepted.contains(finding.definition())));
    }

    static List<Alike<UnusedIndex>> unused(AuditReport report) {
        return alike(
                report.schemas(),
                report.unusedIndexes(),
                UnusedIndex::table,
                finding -> Optional.empty(),
                finding -> "unused");
    }

    static List<Alike<IndexNeedingReview>> needsReview(AuditReport report) {
        return alike(
                report.schemas(),
                report.needsReview(),
                IndexNeedingReview::table,
                IndexNeedingReview::coveredBy,
                finding -> List.of(finding.code(), finding.reason()));
    }

    private static <T extends AuditedIndex> List<Alike<T>> alike(
            EqualSchemas schemas,
            List<T> findings,
            Function<T, String> table,
            Function<T, Optional<String>> keeper,
            Function<T, ?> how) {
        return schemas.alike(
                findings,
                AuditedIndex::schema,
                finding -> new Same(
                        table.apply(finding),
                        finding.index(),
                        keeper.apply(finding),
                        how.apply(finding),
                        schemas.definition(finding.schema(), finding.index()),
                        keeper.apply(finding).flatMap(name -> schemas.definition(finding.schema(), name))));
    }

    /** The total size of the findings; unknown if the size of one is unknown. */
    static <T> OptionalLong size(Alike<T> alike, Function<T, OptionalLong> size) {
        return alike.findings().stream().allMatch(finding -> size.apply(finding).isPresent())
                ? OptionalLong.of(alike.sum(finding -> size.apply(finding).getAsLong()))
                : OptionalLong.empty();
    }

    /**
     * Returns the notes, with one sum of the scans in all schemas. A note on scans is left out if there were none, and so is
     * the time since which scans are counted, which is the same for every index.
     */
    static List<String> notes(Alike<RedundantIndex> alike) {
        String scans = scans(alike);
        return AlikeNotes.of(alike, RedundantIndex::schema, finding -> finding.notes().stream()
                .map(note -> isOfScans(note, finding) ? scans : note)
                .filter(note -> !note.isEmpty())
                .toList());
    }

    private static boolean isOfScans(String note, RedundantIndex finding) {
        return finding.scans()
                .filter(scans -> note.startsWith(Advice.scans(scans.own(), scans.keeper(), finding.coveredBy())))
                .isPresent();
    }

    private static String scans(Alike<RedundantIndex> alike) {
        long own = alike.sum(
                finding -> finding.scans().map(RedundantIndex.Scans::own).orElse(0L));
        long keeper = alike.sum(
                finding -> finding.scans().map(RedundantIndex.Scans::keeper).orElse(0L));
        return own + keeper == 0 ? "" : Advice.scans(own, keeper, alike.first().coveredBy());
    }

    static List<String> proofAndNotes(Alike<UnusedIndex> alike) {
        List<UsageVerdict.Unused> proofs =
                alike.findings().stream().map(UnusedIndex::proof).toList();
        Instant from = proofs.stream()
                .map(UsageVerdict.Unused::from)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Instant to = proofs.stream()
                .map(UsageVerdict.Unused::to)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        TreeSet<String> others = new TreeSet<>();
        proofs.forEach(proof -> others.addAll(proof.nodes()));
        List<String> nodes =
                alike.isOfSeveral() ? List.copyOf(others) : proofs.get(0).nodes();
        List<String> notes = new ArrayList<>(List.of("no scan in %d days, from %s to %s, on %s"
                .formatted(Duration.between(from, to).toDays(), from, to, String.join(", ", nodes))));
        boolean hasParts = alike.first().parts().isPresent();
        String use = UnusedIndexes.use(
                hasParts,
                proofs.stream().map(UsageVerdict.Unused::use).reduce(UsageVerdict.Use.NONE, UsageVerdict.Use::plus));
        List<String> own = AlikeNotes.of(alike, UnusedIndex::schema, finding -> finding.notes().stream()
                .map(note ->
                        note.equals(UnusedIndexes.use(hasParts, finding.proof().use())) ? use : note)
                .toList());
        notes.addAll(own);
        return notes;
    }

    /** Returns what the observations say for or against dropping the index. */
    static List<String> evidence(Alike<IndexNeedingReview> alike) {
        return AlikeNotes.of(alike, IndexNeedingReview::schema, finding -> finding.evidence().stream()
                .map(ReviewEvidence::text)
                .toList());
    }

    /** Returns the names of the findings: {@code schema.index}, or the index with its schemas. */
    static List<String> names(List<UnknownIndex> findings, EqualSchemas schemas) {
        return schemas.alike(findings, UnknownIndex::schema, UnknownIndex::index).stream()
                .map(alike -> alike.isOfSeveral()
                        ? alike.first().index() + " (in " + alike.where() + ")"
                        : alike.first().schema() + "." + alike.first().index())
                .toList();
    }
}
