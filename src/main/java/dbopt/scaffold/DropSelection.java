package dbopt.scaffold;

import static java.util.stream.Collectors.joining;

import dbopt.findings.Audit;
import dbopt.findings.AuditReport;
import dbopt.findings.AuditedIndex;
import dbopt.findings.IndexDetails;
import dbopt.findings.IndexNeedingReview;
import dbopt.findings.RedundantIndex;
import dbopt.findings.ReviewEvidence;
import dbopt.findings.UnusedIndex;
import dbopt.guard.QualifiedName;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The indexes that a scaffold drops.
 *
 * @param drops the drops, in the order of their migrations
 * @param notes notes on the drops, and which indexes are left out and why
 */
record DropSelection(List<PlannedDrop> drops, List<String> notes) {
    /** How many of the indexes that are left out a note lists; the audit's report has all of them. */
    private static final int MOST_LEFT_OUT = 10;

    DropSelection {
        drops = List.copyOf(drops);
        notes = List.copyOf(notes);
    }

    /**
     * Selects the named indexes, or all duplicates if none is named. Of duplicates that nobody named, those that a migration
     * drops already are left out.
     *
     * @param chosen the indexes, and the judgement by which indexes that need review are dropped
     * @throws CommandFailure naming every chosen index that is neither proven redundant nor unused, or that a migration drops
     *     already
     */
    static DropSelection of(Audit.Result audit, Chosen chosen, EarlierDrops earlier) {
        List<String> notes = new ArrayList<>();
        NamedFindings named = new NamedFindings(audit.report(), earlier);
        List<PlannedDrop> drops = chosen.judgement()
                .map(judgement -> judged(audit, named.of(chosen.indexes(), judgement), judgement))
                .orElseGet(() -> proven(
                        audit,
                        chosen.isNamed() ? named.of(chosen.indexes()) : duplicates(audit.report(), earlier, notes)));
        drops.stream().map(PlannedDrop::finding).forEach(finding -> {
            chosen.indexes().stream()
                    .filter(name -> isWithoutSchema(name, finding))
                    .forEach(name -> notes.add("--index %s is %s".formatted(name, finding.qualifiedName())));
            earlier.recreated(finding).ifPresent(notes::add);
            against(finding).forEach(notes::add);
        });
        return new DropSelection(drops, notes);
    }

    /**
     * Returns warnings about evidence against a judgement. The judgement is a person's decision, so the evidence does not stop
     * the drop.
     */
    private static Stream<String> against(AuditedIndex finding) {
        return finding instanceof IndexNeedingReview judged
                ? judged.evidence().stream()
                        .filter(found -> found.says() == ReviewEvidence.Says.AGAINST)
                        .map(found -> "WARNING: %s: %s".formatted(judged.qualifiedName(), found.text()))
                : Stream.empty();
    }

    private static List<PlannedDrop> proven(Audit.Result audit, List<? extends AuditedIndex> findings) {
        return findings.stream().map(finding -> proven(audit, finding)).toList();
    }

    private static PlannedDrop proven(Audit.Result audit, AuditedIndex finding) {
        IndexDetails candidate = details(audit, finding.schema(), finding.index());
        if (finding instanceof RedundantIndex redundant) {
            return PlannedDrop.of(redundant, candidate, details(audit, redundant.schema(), redundant.coveredBy()));
        }
        return PlannedDrop.of((UnusedIndex) finding, candidate);
    }

    private static List<PlannedDrop> judged(
            Audit.Result audit, List<IndexNeedingReview> findings, Judgement judgement) {
        return findings.stream()
                .map(finding -> PlannedDrop.of(
                        finding,
                        judgement,
                        details(audit, finding.schema(), finding.index()),
                        details(audit, finding.schema(), finding.coveredBy().orElseThrow())))
                .toList();
    }

    /**
     * Returns the drops that the guard lets pass; the others are left out.
     *
     * @param isNamed whether the user named the indexes
     * @throws CommandFailure if the user named the indexes and the guard would stop one of the drops
     */
    DropSelection passing(GuardTrial trial, boolean isNamed) {
        if (isNamed) {
            trial.requireAll(drops);
        }
        List<String> all = new ArrayList<>(notes);
        drops.stream()
                .filter(trial.refused()::containsKey)
                .forEach(drop -> all.add("The guard would refuse to drop it, so it is left out:"
                        + trial.problem(drop).substring(1)));
        trial.unknown()
                .ifPresent(reason -> all.add(
                        "Whether the guard would allow these drops is unknown here: %s. It is checked again when they are migrated."
                                .formatted(reason)));
        return new DropSelection(trial.passing(drops), all);
    }

    String notesAsLines() {
        return notes.stream().map(note -> TerminalText.lines(note) + "\n").collect(joining());
    }

    /** Returns what to print if no drop is left. */
    String nothing() {
        return notes.isEmpty()
                ? "Nothing to scaffold: no index is a proven duplicate. Name others with --index."
                : "Nothing to scaffold: no other index is a proven duplicate. Name others with --index.";
    }

    private static List<RedundantIndex> duplicates(AuditReport report, EarlierDrops earlier, List<String> notes) {
        List<RedundantIndex> found = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        for (RedundantIndex finding : report.redundantIndexes()) {
            if (finding.kind() == RedundantIndex.Kind.DUPLICATE) {
                earlier.against(finding)
                        .ifPresentOrElse(
                                reason -> notes.add(finding.qualifiedName() + " is left out: " + reason),
                                () -> found.add(finding));
            } else {
                prefixes.add(finding.qualifiedName());
            }
        }
        if (!prefixes.isEmpty()) {
            notes.add(
                    "Left out, because a full scan of such an index would then read a wider one; name them with --index:\n"
                            + TerminalText.some(prefixes, MOST_LEFT_OUT));
        }
        return found;
    }

    private static boolean isWithoutSchema(String name, AuditedIndex finding) {
        return name.equals(finding.index())
                || QualifiedName.parse(name)
                        .filter(parsed ->
                                parsed.schema().isEmpty() && parsed.matches(finding.schema(), finding.index()))
                        .isPresent();
    }

    private static IndexDetails details(Audit.Result audit, String schema, String index) {
        return audit.detailsOf(schema, index)
                .orElseThrow(() -> new CommandFailure(
                        CommandFailure.Kind.UNREACHABLE,
                        "Nothing was written: without the tablespace, statistics targets and comment of %s, its undo script could not be exact; the notes of the audit say why they are unknown."
                                .formatted(index)));
    }
}
