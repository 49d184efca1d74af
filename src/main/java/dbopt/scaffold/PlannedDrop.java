package dbopt.scaffold;

import static dbopt.guard.SqlText.comment;
import static dbopt.guard.SqlText.literal;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.evidence.Evidence;
import dbopt.evidence.NodeState;
import dbopt.evidence.UsageVerdict;
import dbopt.findings.AuditedIndex;
import dbopt.findings.ExpressionStatistics;
import dbopt.findings.IndexDetails;
import dbopt.findings.IndexNeedingReview;
import dbopt.findings.RedundantIndex;
import dbopt.findings.UnusedIndex;
import dbopt.guard.DropBasis;
import dbopt.terminal.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A drop for which a migration is to be written.
 *
 * @param details the details of the index that is dropped
 * @param basis what the drop is based on, which the guard proves again
 * @param statistics the statistics objects that replace the planner's statistics of the index's expressions
 * @param reason the comment lines in the migration's header that say why the index may be dropped and what that costs
 */
record PlannedDrop(
        AuditedIndex finding,
        IndexDetails details,
        DropBasis basis,
        List<ExpressionStatistics> statistics,
        String reason) {
    PlannedDrop {
        requireNonNull(finding, "finding is null");
        requireNonNull(details, "details is null");
        requireNonNull(basis, "basis is null");
        statistics = List.copyOf(statistics);
        requireNonNull(reason, "reason is null");
    }

    /** Returns the drop of a redundant index. */
    static PlannedDrop of(RedundantIndex finding, IndexDetails candidate, IndexDetails keeper) {
        String kept = comment(keeper.qualifiedIndex());
        String reason =
                switch (finding.kind()) {
                    case DUPLICATE -> """
                            -- Why:   the same keys, the same everything: whatever one serves, so does the other.
                            -- Kept:  %s
                            """
                            .formatted(kept);
                    case PREFIX -> """
                            -- Why:   a lookup, a join or a foreign-key check by (%s) uses the leading keys of (%s).
                            -- Kept:  %s
                            -- Costs: a scan of the whole index reads the wider one (%s when it was audited), which must stay from now on.
                            """
                            .formatted(
                                    comment(candidate.keys()),
                                    comment(keeper.keys()),
                                    kept,
                                    Bytes.text(keeper.sizeBytes()));
                };
        return new PlannedDrop(finding, candidate, new DropBasis.Covered(keeper.qualifiedIndex()), List.of(), reason);
    }

    /** Returns the drop of an index that another index makes unnecessary, but for a difference that a person accepts. */
    static PlannedDrop of(
            IndexNeedingReview finding, Judgement judgement, IndexDetails candidate, IndexDetails keeper) {
        String reason =
                """
                -- Why:   judged, not proven: %s.
                --        This difference, %s, was accepted because:
                %s%s-- Kept:  %s
                """
                        .formatted(
                                comment(finding.reason()),
                                comment(judgement.code()),
                                judgement
                                        .because()
                                        .lines()
                                        .map(line -> ("--        " + comment(line)).stripTrailing() + "\n")
                                        .collect(joining()),
                                finding.evidence().stream()
                                        .map(found -> "-- Seen:  " + comment(found.text()) + "\n")
                                        .collect(joining()),
                                comment(keeper.qualifiedIndex()));
        return new PlannedDrop(
                finding,
                candidate,
                new DropBasis.Judged(keeper.qualifiedIndex(), judgement.code(), judgement.because()),
                List.of(),
                reason);
    }

    /** Returns the drop of an unused index. */
    static PlannedDrop of(UnusedIndex finding, IndexDetails details) {
        UsageVerdict.Unused proof = finding.proof();
        NodeState primary = proof.primary();
        String reason =
                """
                -- Why:   no scan in %d days, from %s to %s, on:
                %s-- Check: the guard sees the counters of this server alone, and refuses when they moved or are not those that were
                --        observed, or %d days after that. Before it runs, observe every node again and audit by that.
                %s-- Costs: a query that needs it but runs more rarely than that will read the table; the undo restores it.
                """
                        .formatted(
                                proof.days(),
                                proof.from(),
                                proof.to(),
                                proof.nodes().stream()
                                        .map(node -> "--        " + comment(node) + "\n")
                                        .collect(joining()),
                                Evidence.FRESH.toDays(),
                                finding.statistics().isEmpty()
                                        ? ""
                                        : """
                                        -- First: statistics of its expressions, as the planner has them from the index, and an ANALYZE of the table.
                                        """);
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("scans", String.valueOf(proof.scans()));
        arguments.put("as_of", literal(proof.to().toString()));
        arguments.put(
                "counted_since", literal(primary.countedSince().orElseThrow().toString()));
        arguments.put("observed", literal(primary.cluster() + "/" + primary.database()));
        if (!finding.statistics().isEmpty()) {
            arguments.put(
                    "expression_statistics",
                    finding.statistics().stream()
                            .map(made -> literal(made.name()))
                            .collect(joining(", ", "array[", "]")));
        }
        return new PlannedDrop(finding, details, new DropBasis.Unused(arguments), finding.statistics(), reason);
    }
}
