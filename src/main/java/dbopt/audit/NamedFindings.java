package dbopt.audit;

import static java.util.stream.Collectors.joining;

import dbopt.guard.QualifiedName;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The findings that somebody names, as any output has the name: quoted or not, with or without its schema. */
record NamedFindings(AuditReport report, EarlierDrops earlier) {
    /**
     * The findings of these names, each once.
     *
     * @throws CommandFailure listing every name that is none of a proven finding, or is dropped already
     */
    List<RedundantIndex> of(List<String> names) {
        List<RedundantIndex> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            List<RedundantIndex> matches = matching(name);
            if (matches.size() > 1) {
                problems.add(name + ": there are several: "
                        + matches.stream()
                                .map(finding -> finding.schema() + "." + finding.index())
                                .collect(joining(", ")));
            } else if (matches.isEmpty()) {
                problems.add(name + ": " + whyNot(name));
            } else {
                Optional<String> reason = earlier.against(matches.get(0));
                reason.ifPresent(text -> problems.add(name + ": " + text));
                if (reason.isEmpty() && !found.contains(matches.get(0))) {
                    found.add(matches.get(0));
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

    private List<RedundantIndex> matching(String name) {
        return report.redundantIndexes().stream()
                .filter(finding -> isNamed(name, finding.schema(), finding.index()))
                .toList();
    }

    private String whyNot(String name) {
        return report.needsReview().stream()
                .filter(finding -> isNamed(name, finding.schema(), finding.index()))
                .map(finding -> "it needs review: " + finding.reason())
                .findFirst()
                .or(() -> whyItStays(name))
                .orElse("the audit did not find it; either it is needed, or there is no such index");
    }

    private Optional<String> whyItStays(String name) {
        Predicate<RedundantIndex> isKeeper = finding -> isNamed(name, finding.schema(), finding.coveredBy());
        Optional<String> twin = report.redundantIndexes().stream()
                .filter(isKeeper.and(finding -> finding.kind() == RedundantIndex.Kind.DUPLICATE))
                .findFirst()
                .map(finding -> "it stays, and its copy %s goes; to keep that one instead: --keep %s"
                        .formatted(TerminalText.line(finding.index()), TerminalText.line(finding.index())));
        return twin.or(() -> report.redundantIndexes().stream()
                .filter(isKeeper)
                .findFirst()
                .map(finding ->
                        "it stays, since it makes %s unnecessary".formatted(TerminalText.line(finding.index()))));
    }

    static boolean isNamed(String name, String schema, String index) {
        return name.equals(index)
                || name.equals(schema + "." + index)
                || name.equals(TerminalText.line(index))
                || QualifiedName.parse(name)
                        .filter(parsed -> parsed.matches(schema, index))
                        .isPresent();
    }
}
