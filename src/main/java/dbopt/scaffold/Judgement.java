package dbopt.scaffold;

import static java.util.Objects.requireNonNull;

import dbopt.findings.IndexNeedingReview;
import dbopt.terminal.CommandFailure;
import java.util.List;
import java.util.Optional;

/**
 * A person's decision to accept one difference between an index and the index that serves in its place.
 *
 * @param code the code of the difference, one of the names in {@code db/audit/needs_review.sql}
 * @param because why the difference is accepted, in that person's words
 */
record Judgement(String code, String because) {
    /**
     * The codes of the differences that the guard accepts. Any other difference means that the database itself would lose
     * something.
     */
    static final List<String> ACCEPTABLE = List.of(
            "unique_copy",
            "operator_class",
            "equal_operator_class",
            "hash",
            "reversed_order",
            "partial",
            "storage_options");

    Judgement {
        requireNonNull(code, "code is null");
        requireNonNull(because, "because is null");
    }

    /**
     * Returns the judgement that {@code --accept} and {@code --because} express together; empty if neither is given.
     *
     * @throws CommandFailure if one of the two is missing, or no index is named
     */
    static Optional<Judgement> of(Optional<String> accept, Optional<String> because, List<String> indexes) {
        if (accept.isEmpty() && because.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> lack = accept.isEmpty()
                ? Optional.of("--because says why a difference is accepted: add --accept CODE")
                : because.filter(text -> !text.isBlank()).isEmpty()
                        ? Optional.of("--accept needs a reason, which the migration records: add --because TEXT")
                        : indexes.isEmpty()
                                ? Optional.of("--accept applies to an index: add --index NAME")
                                : Optional.empty();
        lack.ifPresent(problem -> {
            throw new CommandFailure(CommandFailure.Kind.USAGE, problem);
        });
        return Optional.of(
                new Judgement(accept.orElseThrow(), because.orElseThrow().strip()));
    }

    /** Returns why this judgement does not allow the index to be dropped, as the end of a sentence; empty if it does. */
    Optional<String> against(IndexNeedingReview finding) {
        if (finding.codes().equals(List.of(code)) && ACCEPTABLE.contains(code)) {
            return Optional.empty();
        }
        String stays = finding.codes().stream()
                .filter(other -> !ACCEPTABLE.contains(other))
                .findFirst()
                .map("%s cannot be accepted"::formatted)
                .or(() -> finding.codes().contains(code)
                        ? Optional.of("it differs by more than " + code)
                        : Optional.empty())
                .orElse("it does not differ by %s, but by %s".formatted(code, String.join(" and ", finding.codes())));
        return Optional.of(
                (finding.codes().isEmpty() ? finding.code() + " cannot be accepted" : stays) + ": " + finding.reason());
    }
}
