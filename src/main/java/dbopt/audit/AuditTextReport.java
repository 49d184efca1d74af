package dbopt.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dbopt.accepted.AcceptedFindings;
import dbopt.findings.Advice;
import dbopt.findings.AuditReport;
import dbopt.findings.AuditedIndex;
import dbopt.findings.IndexNeedingReview;
import dbopt.findings.PartitionedParts;
import dbopt.findings.RedundantIndex;
import dbopt.findings.ShardedIndexes;
import dbopt.findings.UnknownIndex;
import dbopt.findings.UnusedIndex;
import dbopt.tenants.Alike;
import dbopt.tenants.EqualSchemas;
import dbopt.tenants.SchemaGroupText;
import dbopt.terminal.Bytes;
import dbopt.terminal.GuidePage;
import dbopt.terminal.TerminalText;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The report for people: for each index, a line with its size and name, a line with the reason, and the notes. */
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
     * Returns the report as text that ends with a line break.
     *
     * @param coloured whether the text has colours
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
            List<Alike<RedundantIndex>> findings = AlikeFindings.redundant(report, accepted);
            Set<String> common =
                    ofAll(findings.stream().map(AlikeFindings::notes).toList());
            long withForeignKey = findings.stream()
                    .filter(finding -> finding.first().notes().stream().anyMatch(Advice::isOfForeignKey))
                    .count();
            boolean isSaidOnce = withForeignKey > MOST_SAID_OF_EACH;
            findings.forEach(finding -> redundant(
                    finding,
                    accepted.contains(finding.first().definition()),
                    AlikeFindings.notes(finding).stream()
                            .filter(note -> !common.contains(note))
                            .filter(note -> !isSaidOnce || !Advice.isOfForeignKey(note))
                            .toList()));
            common.forEach(note -> line("Applies to each: " + TerminalText.line(note)));
            if (isSaidOnce) {
                paragraph(
                        "For %d of them, a foreign key will then depend only on the index that stays: keep it. --format json names each."
                                .formatted(withForeignKey));
            }
            if (!report.scansCounted().isEmpty()) {
                line("Scans are counted " + report.scansCounted() + "; an index without a number had no scan.");
            }
        }
        if (!report.unusedIndexes().isEmpty()) {
            line("");
            line("Unused, by the evidence; it does not cover servers that stream from none of the observed nodes:");
            List<Alike<UnusedIndex>> findings = AlikeFindings.unused(report);
            Set<String> common =
                    ofAll(findings.stream().map(AlikeFindings::proofAndNotes).toList());
            findings.forEach(finding -> unused(
                    finding,
                    AlikeFindings.proofAndNotes(finding).stream()
                            .filter(note -> !common.contains(note))
                            .toList()));
            common.forEach(note -> line("Applies to each: " + TerminalText.line(note)));
        }
        if (!report.needsReview().isEmpty()) {
            line("");
            line("Needs review:");
            AlikeFindings.needsReview(report).forEach(this::review);
        }
        report.observed().ifPresent(found -> {
            unknown(found.unknown(), report.schemas());
            usedElsewhere(found.usedElsewhere());
        });
        schemas(report.schemas());
        pages(report);
        return text.toString();
    }

    /** Writes a line with the guide pages that explain the kinds of findings in the report. */
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

    /** Returns the notes that all of several findings have, which are printed once. */
    private static Set<String> ofAll(List<List<String>> notes) {
        Set<String> common = new LinkedHashSet<>(notes.size() > 1 ? notes.get(0) : List.of());
        notes.forEach(common::retainAll);
        return common;
    }

    /** Returns the number and size of the findings, in one line. */
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

    private void redundant(Alike<RedundantIndex> alike, boolean accepted, List<String> notes) {
        RedundantIndex finding = alike.first();
        index(
                paint(accepted ? FAINT : GREEN, padded(finding.kind().label())),
                AlikeFindings.size(alike, RedundantIndex::sizeBytes),
                alike,
                finding.table(),
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
                .ifPresent(parts -> detail(
                        "",
                        "",
                        RedundantIndex.PARTITIONED + ": proven on every partition; "
                                + goesWith(alike.sum(index -> index.parts()
                                        .map(PartitionedParts::number)
                                        .orElse(0)))));
        notes.forEach(note -> detail("- ", FAINT, TerminalText.line(note)));
    }

    private void unused(Alike<UnusedIndex> alike, List<String> notes) {
        index(
                paint(GREEN, padded("unused")),
                AlikeFindings.size(alike, UnusedIndex::sizeBytes),
                alike,
                alike.first().table(),
                "");
        alike.first()
                .parts()
                .ifPresent(parts -> detail("", "", goesWith(alike.sum(index -> index.parts()
                        .map(PartitionedParts::number)
                        .orElse(0)))));
        notes.forEach(note -> detail("- ", FAINT, TerminalText.line(note)));
    }

    private void usedElsewhere(int indexes) {
        if (indexes > 0) {
            line("");
            paragraph(
                    "%s without a scan, but the same in an equal schema was scanned: an index that one of them needs is needed in all, so %s."
                            .formatted(
                                    count(indexes, "index is", "indexes are"),
                                    indexes == 1 ? "it stays" : "they stay"));
        }
    }

    private void schemas(EqualSchemas schemas) {
        List<String> lines = SchemaGroupText.lines(schemas);
        if (!lines.isEmpty()) {
            line("");
            lines.forEach(this::paragraph);
        }
    }

    private static String goesWith(long parts) {
        return "it is dropped with its %s, under an exclusive lock on the table and all partitions"
                .formatted(count((int) parts, "part", "parts"));
    }

    /** Writes the indexes of which it is unknown whether they are used, together if the same evidence is missing. */
    private void unknown(List<UnknownIndex> findings, EqualSchemas schemas) {
        if (findings.isEmpty()) {
            return;
        }
        line("");
        line("Unknown whether they are used, because evidence is missing:");
        findings.stream()
                .collect(groupingBy(
                        finding -> finding.missing().code() + ": "
                                + finding.missing().missing(),
                        LinkedHashMap::new,
                        toList()))
                .forEach((missing, indexes) -> {
                    List<String> names = AlikeFindings.names(indexes, schemas);
                    line("%s %10s  %s"
                            .formatted(
                                    paint(YELLOW, "unknown  "),
                                    Bytes.text(indexes.stream()
                                            .mapToLong(UnknownIndex::sizeBytes)
                                            .sum()),
                                    TerminalText.line(missing)));
                    detail(
                            "",
                            "",
                            TerminalText.line(names.stream()
                                    .limit(MOST_NAMES)
                                    .collect(joining(
                                            ", ",
                                            "",
                                            names.size() > MOST_NAMES
                                                    ? " and " + (names.size() - MOST_NAMES) + " more"
                                                    : ""))));
                });
    }

    private void review(Alike<IndexNeedingReview> alike) {
        IndexNeedingReview finding = alike.first();
        index(
                paint(YELLOW, padded("review")),
                AlikeFindings.size(alike, IndexNeedingReview::sizeBytes),
                alike,
                finding.table(),
                "");
        detail("", "", finding.code() + ": " + TerminalText.line(finding.reason()));
        AlikeFindings.evidence(alike).forEach(found -> detail("- ", FAINT, TerminalText.line(found)));
    }

    private void index(String what, OptionalLong size, Alike<? extends AuditedIndex> alike, String table, String end) {
        String bytes = Bytes.text(size);
        AuditedIndex index = alike.first();
        line(what + " " + " ".repeat(Math.max(0, 10 - bytes.length())) + bytes + "  "
                + (alike.isOfSeveral() ? "" : TerminalText.line(index.schema()) + ".")
                + TerminalText.line(table) + ": " + paint(BOLD, TerminalText.line(index.index()))
                + (alike.isOfSeveral() ? ", in " + alike.where() : "") + end);
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
