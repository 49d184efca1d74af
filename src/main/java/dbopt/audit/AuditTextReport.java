package dbopt.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dbopt.accepted.AcceptedFindings;
import dbopt.evidence.UsageVerdict;
import dbopt.terminal.Bytes;
import dbopt.terminal.GuidePage;
import dbopt.terminal.TerminalText;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The report for people: one line an index, one with the reason, and the notes. */
final class AuditTextReport {
    private static final String BOLD = "\033[1m";
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String FAINT = "\033[2m";
    private static final String RESET = "\033[0m";

    private static final int INDENT = 22;
    private static final int NARROWEST = 40;
    private static final String MARGIN = " ".repeat(INDENT);
    private static final int MOST_NAMES = 10;
    private static final int MOST_SAID_OF_EACH = 3;

    private final boolean coloured;
    private final int width;
    private final StringBuilder text = new StringBuilder();

    private AuditTextReport(boolean coloured, int width) {
        this.coloured = coloured;
        this.width = Math.max(NARROWEST, width - INDENT);
    }

    /**
     * The report as text that ends with a line break.
     *
     * @param coloured whether it is painted
     * @param width the length of a line, at which reasons and notes are wrapped
     */
    static String of(AuditReport report, AcceptedFindings accepted, boolean coloured, int width) {
        return new AuditTextReport(coloured, width).write(report, accepted);
    }

    private String write(AuditReport report, AcceptedFindings accepted) {
        line(paint(BOLD, "PostgreSQL " + report.server() + ": " + summary(report, accepted)));
        if (report.sharded().tables() > 0) {
            paragraph(
                    "Citus: %s divided among nodes, or shards. Their indexes are not judged: sizes and counters here are not those of all nodes."
                            .formatted(count(report.sharded().tables(), "table is", "tables are")));
        }
        if (!report.redundantIndexes().isEmpty()) {
            line("");
            line("Proven redundant; all of them can be dropped:");
            Set<String> common = ofAll(report.redundantIndexes().stream()
                    .map(finding -> notes(finding, report))
                    .toList());
            long withForeignKey = report.redundantIndexes().stream()
                    .filter(finding -> finding.notes().stream().anyMatch(Advice::isOfForeignKey))
                    .count();
            boolean isSaidOnce = withForeignKey > MOST_SAID_OF_EACH;
            report.newFirst(accepted)
                    .forEach(finding -> redundant(
                            finding,
                            accepted.contains(finding.definition()),
                            notes(finding, report).stream()
                                    .filter(note -> !common.contains(note))
                                    .filter(note -> !isSaidOnce || !Advice.isOfForeignKey(note))
                                    .toList()));
            common.forEach(note -> line("Of each: " + TerminalText.line(note)));
            if (isSaidOnce) {
                paragraph(
                        "Where %d of them go, a foreign key will then depend only on the index that stays: keep that one. --format json names each."
                                .formatted(withForeignKey));
            }
            if (!report.scansCounted().isEmpty()) {
                line("Scans are counted " + report.scansCounted() + "; where no number is given, there was none.");
            }
        }
        if (!report.unusedIndexes().isEmpty()) {
            line("");
            line("Unused, by the evidence; a server that streams from none of the observed nodes is not known to it:");
            Set<String> common = ofAll(report.unusedIndexes().stream()
                    .map(AuditTextReport::proofAndNotes)
                    .toList());
            report.unusedIndexes()
                    .forEach(finding -> unused(
                            finding,
                            proofAndNotes(finding).stream()
                                    .filter(note -> !common.contains(note))
                                    .toList()));
            common.forEach(note -> line("Of each: " + TerminalText.line(note)));
        }
        if (!report.needsReview().isEmpty()) {
            line("");
            line("Needs review:");
            report.needsReview().forEach(this::review);
        }
        report.observed().ifPresent(found -> unknown(found.unknown()));
        pages(report);
        return text.toString();
    }

    /** Where each kind that was found is explained. */
    private void pages(AuditReport report) {
        Set<String> kinds = new LinkedHashSet<>();
        report.redundantIndexes().forEach(finding -> kinds.add(finding.page()));
        if (!report.unusedIndexes().isEmpty()) {
            kinds.add(GuidePage.of("unused"));
        }
        report.observed().ifPresent(found -> found.unknown().forEach(finding -> kinds.add(finding.page())));
        if (report.sharded().tables() > 0) {
            kinds.add(GuidePage.of(ShardedIndexes.CODE));
        }
        report.needsReview().forEach(finding -> kinds.add(GuidePage.of(finding.code())));
        if (!kinds.isEmpty()) {
            line("");
            line("Explained, each with an example: " + String.join(", ", kinds));
        }
    }

    /** What is said of every one of several is said once. */
    private static Set<String> ofAll(List<List<String>> notes) {
        Set<String> common = new LinkedHashSet<>(notes.size() > 1 ? notes.get(0) : List.of());
        notes.forEach(common::retainAll);
        return common;
    }

    /** Without since when scans are counted, which is the same of all; and of those only where there are some. */
    private static List<String> notes(RedundantIndex finding, AuditReport report) {
        String counted = ", counted " + report.scansCounted();
        return finding.notes().stream()
                .map(note -> note.endsWith(counted) ? note.substring(0, note.length() - counted.length()) : note)
                .filter(note -> !note.equals("0 scans of it, 0 of " + finding.coveredBy()))
                .toList();
    }

    /** How much there is, in one line. */
    static String summary(AuditReport report, AcceptedFindings accepted) {
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

    private void redundant(RedundantIndex finding, boolean accepted, List<String> notes) {
        index(
                paint(accepted ? FAINT : GREEN, padded(finding.kind().label())),
                finding.sizeBytes(),
                finding.schema(),
                finding.table(),
                finding.index(),
                accepted ? paint(FAINT, " (accepted)") : "");
        String keeper = TerminalText.line(finding.coveredBy());
        detail(
                "",
                "",
                switch (finding.kind()) {
                    case DUPLICATE -> "the same keys as " + keeper;
                    case PREFIX -> "its keys are the leading keys of " + keeper;
                });
        finding.parts()
                .ifPresent(parts ->
                        detail("", "", RedundantIndex.PARTITIONED + ": proven on every partition; " + goesWith(parts)));
        notes.forEach(note -> detail("- ", FAINT, TerminalText.line(note)));
    }

    private void unused(UnusedIndex finding, List<String> notes) {
        index(
                paint(GREEN, padded("unused")),
                finding.sizeBytes(),
                finding.schema(),
                finding.table(),
                finding.index(),
                "");
        finding.parts().ifPresent(parts -> detail("", "", goesWith(parts)));
        notes.forEach(note -> detail("- ", FAINT, TerminalText.line(note)));
    }

    private static String goesWith(PartitionedParts parts) {
        return "it goes with its %s, under an exclusive lock on the table and all partitions"
                .formatted(count(parts.number(), "part", "parts"));
    }

    private static List<String> proofAndNotes(UnusedIndex finding) {
        UsageVerdict.Unused proof = finding.proof();
        return Stream.concat(
                        Stream.of("no scan in %d days, from %s to %s, on %s"
                                .formatted(proof.days(), proof.from(), proof.to(), String.join(", ", proof.nodes()))),
                        finding.notes().stream())
                .toList();
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
                    detail(
                            "",
                            "",
                            TerminalText.line(indexes.stream()
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
        index(
                paint(YELLOW, padded("review")),
                finding.sizeBytes(),
                finding.schema(),
                finding.table(),
                finding.index(),
                "");
        detail("", "", finding.code() + ": " + TerminalText.line(finding.reason()));
        finding.evidence().forEach(found -> detail("- ", FAINT, TerminalText.line(found.text())));
    }

    private void index(String what, OptionalLong size, String schema, String table, String name, String end) {
        String bytes = Bytes.text(size);
        line(what + " " + " ".repeat(Math.max(0, 10 - bytes.length())) + bytes + "  " + TerminalText.line(schema) + "."
                + TerminalText.line(table) + ": " + paint(BOLD, TerminalText.line(name)) + end);
    }

    private static String padded(String label) {
        return label + " ".repeat(Math.max(0, 9 - label.length()));
    }

    private void detail(String bullet, String colour, String detail) {
        String beginning = bullet;
        for (String part : TerminalText.wrapped(detail, width - bullet.length())) {
            String shown = beginning + part;
            line(MARGIN + (colour.isEmpty() ? shown : paint(colour, shown)));
            beginning = " ".repeat(bullet.length());
        }
    }

    private void paragraph(String text) {
        TerminalText.wrapped(text, width + INDENT).forEach(this::line);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + RESET : text;
    }
}
