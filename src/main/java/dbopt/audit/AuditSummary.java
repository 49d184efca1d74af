package dbopt.audit;

import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.findings.AuditReport;
import dbopt.fleet.FleetView;
import java.util.Comparator;

/** The line that sums up the audit of one of many databases. The database with the most to drop comes first. */
record AuditSummary(AcceptedFindings known) implements FleetView<AuditReport> {
    AuditSummary {
        requireNonNull(known, "known is null");
    }

    @Override
    public String verdict(AuditReport report) {
        return AuditTextReport.summary(report, known);
    }

    /**
     * Compares databases by new findings, then by unused indexes, then by indexes that need review. Accepted findings are
     * ignored.
     */
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
