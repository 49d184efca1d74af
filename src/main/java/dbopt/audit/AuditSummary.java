package dbopt.audit;

import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.findings.AuditReport;
import dbopt.fleet.FleetView;
import java.util.Comparator;

/** What the audit of one of many databases comes to; what has most to drop comes first. */
record AuditSummary(AcceptedFindings known) implements FleetView<AuditReport> {
    AuditSummary {
        requireNonNull(known, "known is null");
    }

    @Override
    public String verdict(AuditReport report) {
        return AuditTextReport.summary(report, known);
    }

    /** Accepted findings weigh nothing; what is unused and what needs review come last. */
    @Override
    public Comparator<AuditReport> worstFirst() {
        return comparingLong(this::newFindings)
                .thenComparingLong(report -> report.unusedIndexes().size())
                .thenComparingLong(report -> report.needsReview().size())
                .reversed();
    }

    private long newFindings(AuditReport report) {
        return report.redundantIndexes().stream()
                .filter(finding -> !known.contains(finding.definition()))
                .count();
    }
}
