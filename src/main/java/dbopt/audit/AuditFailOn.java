package dbopt.audit;

import dbopt.accepted.AcceptedFindings;
import dbopt.findings.AuditReport;
import java.util.Locale;

/** The proven findings that make the audit fail. A finding that needs review never does, since it waits for a person. */
enum AuditFailOn {
    /** Fails on findings that the file of accepted findings does not name. */
    NEW,
    /** Fails on any proven finding. */
    ANY;

    /** Returns the name as it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the audit fails with this report. */
    boolean fails(AuditReport report, AcceptedFindings accepted) {
        return report.redundantIndexes().stream()
                .anyMatch(finding -> this == ANY || !accepted.contains(finding.definition()));
    }
}
