package dbopt.scaffold;

import static java.util.stream.Collectors.joining;

import dbopt.findings.AuditReport;
import dbopt.findings.AuditedIndex;
import dbopt.findings.IndexName;
import dbopt.findings.IndexNeedingReview;
import dbopt.findings.RedundantIndex;
import dbopt.findings.ShardedIndexes;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Finds the findings that a user names, in any form in which dbopt prints the names: quoted or not, with or without the schema.
 */
public record NamedFindings(AuditReport report, EarlierDrops earlier) {
    private static final String NOT_FOUND = "the audit did not find it; either it is needed, or there is no such index";

    /**
     * Returns the findings with these names, each once.
     *
     * @throws CommandFailure listing every name that belongs to no proven finding, or whose index a migration drops already
     */
    List<AuditedIndex> of(List<String> names) {
        List<AuditedIndex> proven = Stream.<AuditedIndex>concat(
                        report.redundantIndexes().stream(), report.unusedIndexes().stream())
                .toList();
        return found(names, proven, finding -> Optional.empty(), this::whyNot);
    }

    /**
     * Returns the findings with these names that the judgement allows to be dropped, each once.
     *
     * @throws CommandFailure listing every name that belongs to no index whose only difference is the accepted one
     */
    List<IndexNeedingReview> of(List<String> names, Judgement judgement) {
        List<IndexNeedingReview> found = found(
                names,
                report.needsReview(),
                judgement::against,
                name -> matching(name, report.redundantIndexes()).isEmpty()
                        ? notFound(name)
                        : "it is proven redundant: leave out --accept and --because");
        return found(
                names,
                found,
                finding -> found.stream()
                        .filter(other -> other.schema().equals(finding.schema())
                                && finding.coveredBy().equals(Optional.of(other.index())))
                        .findFirst()
                        .map(other -> "%s, which serves in its place, would be dropped too: name only one of the two"
                                .formatted(TerminalText.line(other.index()))),
                name -> NOT_FOUND);
    }

    /**
     * Returns the findings with these names.
     *
     * @param against why a finding cannot be taken, as the end of a sentence
     * @param whyNot why no finding has the name, as the end of a sentence
     */
    private <T extends AuditedIndex> List<T> found(
            List<String> names, List<T> findings, Function<T, Optional<String>> against, UnaryOperator<String> whyNot) {
        List<T> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            List<T> matches = matching(name, findings);
            if (matches.size() > 1) {
                problems.add(name + ": several indexes have that name: "
                        + matches.stream()
                                .map(finding -> finding.schema() + "." + finding.index())
                                .collect(joining(", ")));
            } else if (matches.isEmpty()) {
                problems.add(name + ": " + whyNot.apply(name));
            } else {
                T match = matches.get(0);
                Optional<String> reason = earlier.against(match).or(() -> against.apply(match));
                reason.ifPresent(text -> problems.add(name + ": " + text));
                if (reason.isEmpty() && !found.contains(match)) {
                    found.add(match);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    problems.stream()
                            .map(problem -> "  " + problem)
                            .collect(joining(
                                    "\n", "Nothing was written, because not every index can be dropped:\n", "")));
        }
        return found;
    }

    private static <T extends AuditedIndex> List<T> matching(String name, List<T> findings) {
        return findings.stream()
                .filter(finding -> new IndexName(finding.schema(), finding.index()).isCalled(name))
                .toList();
    }

    private String whyNot(String name) {
        return report.needsReview().stream()
                .filter(finding -> new IndexName(finding.schema(), finding.index()).isCalled(name))
                .map(finding -> "it needs review: " + finding.reason())
                .findFirst()
                .or(() -> whyItStays(name))
                .or(() -> whyUnknown(name))
                .orElseGet(() -> notFound(name));
    }

    private String notFound(String name) {
        return report.sharded().holds(name) ? ShardedIndexes.REASON : NOT_FOUND;
    }

    private Optional<String> whyItStays(String name) {
        Predicate<RedundantIndex> isKeeper =
                finding -> new IndexName(finding.schema(), finding.coveredBy()).isCalled(name);
        Optional<String> twin = report.redundantIndexes().stream()
                .filter(isKeeper.and(finding -> finding.kind() == RedundantIndex.Kind.DUPLICATE))
                .findFirst()
                .map(finding -> "it stays, and its copy %s is dropped; to keep that one instead: --keep %s"
                        .formatted(TerminalText.line(finding.index()), TerminalText.word(finding.index())));
        return twin.or(() -> report.redundantIndexes().stream()
                .filter(isKeeper)
                .findFirst()
                .map(finding ->
                        "it stays, since it makes %s unnecessary".formatted(TerminalText.line(finding.index()))));
    }

    private Optional<String> whyUnknown(String name) {
        return report.observed().stream()
                .flatMap(observed -> observed.unknown().stream())
                .filter(finding -> new IndexName(finding.schema(), finding.index()).isCalled(name))
                .findFirst()
                .map(finding ->
                        "whether it is used is unknown: " + finding.missing().missing());
    }
}
