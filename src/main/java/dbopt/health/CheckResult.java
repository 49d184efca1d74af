package dbopt.health;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Stream;

/**
 * The findings of one check.
 *
 * @param accepted the definitions of the indexes that the check found too, but that the user has accepted
 */
record CheckResult(Check check, List<Finding> findings, List<String> accepted) {
    CheckResult {
        requireNonNull(check, "check is null");
        findings = List.copyOf(findings);
        accepted = List.copyOf(accepted);
    }

    /** The check's title, with the number of accepted findings. */
    String title() {
        return accepted.isEmpty() ? check.title() : check.title() + " (" + accepted.size() + " accepted)";
    }

    /** The severity of the most severe finding. */
    Severity status() {
        return findings.stream()
                .map(Finding::severity)
                .min(comparing(Severity::ordinal))
                .orElse(Severity.OK);
    }

    /** Whether the check could be run. */
    boolean isAnswered() {
        return findings.stream().noneMatch(Finding::isOfTheCheckItself);
    }

    /** The findings that call for action: warnings and critical ones. */
    Stream<Finding> toDo() {
        return findings.stream().filter(finding -> finding.severity().compareTo(Severity.WARNING) <= 0);
    }

    long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
