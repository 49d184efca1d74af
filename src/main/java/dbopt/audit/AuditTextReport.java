package dbopt.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dbopt.accepted.AcceptedFindings;
import dbopt.evidence.Verdict;
import dbopt.terminal.Bytes;
import dbopt.terminal.TerminalText;
import java.util.LinkedHashMap;
import java.util.List;

/** The report for people: one line an index, one with the reason, and the notes. */
final class AuditTextReport {
    private static final String BOLD = "\033[1m";
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String FAINT = "\033[2m";
    private static final String RESET = "\033[0m";

    private static final int MOST_NAMES = 10;

    private final boolean coloured;
    private final StringBuilder text = new StringBuilder();

    private AuditTextReport(boolean coloured) {
        this.coloured = coloured;
    }

    /** The report as text that ends with a line break; in colours if told so. */
    static String of(AuditReport report, AcceptedFindings accepted, boolean coloured) {
        return new AuditTextReport(coloured).write(report, accepted);
    }

    private String write(AuditReport report, AcceptedFindings accepted) {
        line(paint(BOLD, "PostgreSQL " + report.server() + ": " + summary(report, accepted)));
        if (!report.redundantIndexes().isEmpty()) {
            line("");
            line("Redundant, proven; all of them can go together:");
            report.newFirst(accepted).forEach(finding -> redundant(finding, accepted.contains(finding.definition())));
        }
        if (!report.unusedIndexes().isEmpty()) {
            line("");
            line("Unused, by the evidence; a server that streams from none of the observed nodes is not known to it:");
            report.unusedIndexes().forEach(this::unused);
        }
        if (!report.needsReview().isEmpty()) {
            line("");
            line("Needs review:");
            report.needsReview().forEach(this::review);
        }
        report.observed().ifPresent(found -> unknown(found.unknown()));
        return text.toString();
    }

    private static String summary(AuditReport report, AcceptedFindings accepted) {
        List<RedundantIndex> redundant = report.redundantIndexes();
        long known = redundant.stream()
                .filter(finding -> accepted.contains(finding.definition()))
                .count();
        String found = redundant.isEmpty()
                ? "no redundant index"
                : count(redundant.size(), "redundant index", "redundant indexes") + ", "
                        + Bytes.text(report.redundantBytes())
                        + (known == 0 ? "" : " (" + known + " accepted)");
        String reviewed = report.needsReview().isEmpty()
                ? found
                : found + "; " + count(report.needsReview().size(), "needs", "need") + " review";
        return report.observed()
                .map(observed -> "%s; %d unused, %s; %d unknown"
                        .formatted(
                                reviewed,
                                observed.unused().size(),
                                Bytes.text(observed.unusedBytes()),
                                observed.unknown().size()))
                .orElse(reviewed);
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    private void redundant(RedundantIndex finding, boolean accepted) {
        line("%s %10s  %s.%s: %s%s"
                .formatted(
                        paint(
                                accepted ? FAINT : GREEN,
                                "%-9s".formatted(finding.kind().label())),
                        Bytes.text(finding.sizeBytes()),
                        TerminalText.line(finding.schema()),
                        TerminalText.line(finding.table()),
                        paint(BOLD, TerminalText.line(finding.index())),
                        accepted ? paint(FAINT, " (accepted)") : ""));
        detail(
                switch (finding.kind()) {
                    case DUPLICATE -> "the same keys as " + TerminalText.line(finding.coveredBy());
                    case PREFIX -> "its keys are the leading keys of " + TerminalText.line(finding.coveredBy());
                });
        finding.notes().forEach(note -> detail(paint(FAINT, "- " + TerminalText.line(note))));
    }

    private void unused(UnusedIndex finding) {
        Verdict.Unused proof = finding.proof();
        line("%s %10s  %s.%s: %s"
                .formatted(
                        paint(GREEN, "unused   "),
                        Bytes.text(finding.sizeBytes()),
                        TerminalText.line(finding.schema()),
                        TerminalText.line(finding.table()),
                        paint(BOLD, TerminalText.line(finding.index()))));
        detail("no scan in %d days, from %s to %s, on %s"
                .formatted(
                        proof.days(), proof.from(), proof.to(), TerminalText.line(String.join(", ", proof.nodes()))));
        finding.notes().forEach(note -> detail(paint(FAINT, "- " + TerminalText.line(note))));
    }

    /** Together where the same is missing. */
    private void unknown(List<UnknownIndex> findings) {
        if (findings.isEmpty()) {
            return;
        }
        line("");
        line("Unknown whether they are used, because evidence is missing:");
        findings.stream()
                .collect(groupingBy(UnknownIndex::missing, LinkedHashMap::new, toList()))
                .forEach((missing, indexes) -> {
                    line("%s %10s  %s"
                            .formatted(
                                    paint(YELLOW, "unknown  "),
                                    Bytes.text(indexes.stream()
                                            .mapToLong(UnknownIndex::sizeBytes)
                                            .sum()),
                                    missing.code() + ": " + TerminalText.line(missing.missing())));
                    detail(TerminalText.line(indexes.stream()
                            .limit(MOST_NAMES)
                            .map(index -> index.schema() + "." + index.index())
                            .collect(joining(
                                    ", ",
                                    "",
                                    indexes.size() > MOST_NAMES
                                            ? " and " + (indexes.size() - MOST_NAMES) + " more"
                                            : ""))));
                });
    }

    private void review(IndexNeedingReview finding) {
        line("%s %10s  %s.%s: %s"
                .formatted(
                        paint(YELLOW, "review   "),
                        Bytes.text(finding.sizeBytes()),
                        TerminalText.line(finding.schema()),
                        TerminalText.line(finding.table()),
                        paint(BOLD, TerminalText.line(finding.index()))));
        detail(finding.code() + ": " + TerminalText.line(finding.reason()));
    }

    private void detail(String detail) {
        line(" ".repeat(22) + detail);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + RESET : text;
    }
}
