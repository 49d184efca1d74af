package dbopt.audit;

import dbopt.accepted.AcceptedFindings;
import dbopt.terminal.Bytes;
import dbopt.terminal.TerminalText;
import java.util.List;

/** The report for people: one line an index, one with the reason, and the notes. */
final class AuditTextReport {
    private static final String BOLD = "\033[1m";
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String FAINT = "\033[2m";
    private static final String RESET = "\033[0m";

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
            report.redundantIndexes().forEach(finding -> redundant(finding, accepted.contains(finding.definition())));
        }
        if (!report.needsReview().isEmpty()) {
            line("");
            line("Needs review:");
            report.needsReview().forEach(this::review);
        }
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
        return report.needsReview().isEmpty()
                ? found
                : found + "; " + count(report.needsReview().size(), "needs", "need") + " review";
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
