package dbopt.audit;

import dbopt.accepted.AcceptedFindings;
import dbopt.findings.AuditReport;
import java.util.Locale;

/** Which proven findings make the audit fail. What needs review never does: it waits for a person. */
enum AuditFailOn {
    /** Fails on findings that the file of accepted findings does not name. */
    NEW,
    /** Fails on any proven finding. */
    ANY;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the report fails. */
    boolean fails(AuditReport report, AcceptedFindings accepted) {
        return report.redundantIndexes().stream()
                .anyMatch(finding -> this == ANY || !accepted.contains(finding.definition()));
    }
}
