package dbopt.health;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a check found.
 *
 * @param accepted the definitions of the indexes that it found too, and that the user has accepted
 */
record CheckResult(Check check, List<Finding> findings, List<String> accepted) {
    CheckResult {
        requireNonNull(check, "check is null");
        findings = List.copyOf(findings);
        accepted = List.copyOf(accepted);
    }

    /** The check's title, and how many of its findings are accepted. */
    String title() {
        return accepted.isEmpty() ? check.title() : check.title() + " (" + accepted.size() + " accepted)";
    }

    /** The most severe of its findings. */
    Severity status() {
        return findings.stream()
                .map(Finding::severity)
                .min(comparing(Severity::ordinal))
                .orElse(Severity.OK);
    }

    /** Whether the database has answered. */
    boolean isAnswered() {
        return findings.stream().noneMatch(Finding::isOfTheCheckItself);
    }

    /** The findings that want something done. */
    Stream<Finding> toDo() {
        return findings.stream().filter(finding -> finding.severity().compareTo(Severity.WARNING) <= 0);
    }

    long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
