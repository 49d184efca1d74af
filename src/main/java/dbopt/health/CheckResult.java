package dbopt.health;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a check found. */
record CheckResult(Check check, List<Finding> findings) {
    CheckResult {
        requireNonNull(check, "check is null");
        findings = List.copyOf(findings);
    }

    /** The gravest of its findings. */
    Severity status() {
        return findings.stream()
                .map(Finding::severity)
                .min(comparing(Severity::ordinal))
                .orElse(Severity.OK);
    }

    long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
