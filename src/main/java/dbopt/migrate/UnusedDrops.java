package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.Evidence;
import dbopt.evidence.EvidenceFile;
import dbopt.evidence.IndexPart;
import dbopt.evidence.UsageVerdict;
import dbopt.guard.DropBasis;
import dbopt.guard.GuardedDrop;
import dbopt.guard.QualifiedName;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The pending drops that are based on the counters of every node. The guard in the migration sees one server; here all of them
 * are asked again, before anything runs.
 *
 * @param drops by version
 */
record UnusedDrops(SortedMap<MigrationVersion, GuardedDrop> drops) {
    UnusedDrops {
        drops = new TreeMap<>(drops);
    }

    /** Those among the drops that are to be applied. */
    static UnusedDrops among(Map<MigrationVersion, GuardedDrop> pending) {
        SortedMap<MigrationVersion, GuardedDrop> unused = new TreeMap<>();
        pending.forEach((version, drop) -> {
            if (drop.basis() instanceof DropBasis.Unused) {
                unused.put(version, drop);
            }
        });
        return new UnusedDrops(unused);
    }

    /**
     * Judges the drops by what every node has counted up to now. Without a file it is said that the guard sees this server
     * alone.
     *
     * @throws CommandFailure when a node cannot be asked, or one of the indexes is not proven unused any more
     */
    void require(CurrentEvidence current) {
        if (drops.isEmpty()) {
            return;
        }
        Optional<EvidenceFile> evidence = current.read(drops.values());
        List<String> problems = new ArrayList<>();
        evidence.ifPresent(file -> drops.forEach((version, drop) -> against(drop, file)
                .ifPresent(reason -> problems.add("V%s, %s: %s".formatted(version, drop.index(), reason)))));
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    """
                    By %s, with what every node has counted up to now, these are not proven unused:
                    %s
                    Nothing was changed. See what the audit now says about them (dbopt audit --evidence), and scaffold the migration again, or delete it."""
                            .formatted(current.file().orElseThrow(), TerminalText.some(problems)));
        }
    }

    /** Why the index may not go by the evidence; empty if it may, or is gone already. */
    private static Optional<String> against(GuardedDrop drop, EvidenceFile file) {
        return verdict(drop, file).flatMap(verdict -> {
            if (verdict instanceof UsageVerdict.Used used) {
                return Optional.of("a node has scanned it, the last time before " + used.before());
            }
            return verdict instanceof UsageVerdict.Unknown unknown
                    ? Optional.of(unknown.code() + ": " + unknown.missing())
                    : Optional.empty();
        });
    }

    private static Optional<UsageVerdict> verdict(GuardedDrop drop, EvidenceFile file) {
        Evidence evidence = file.evidence();
        Instant now = evidence.lastLook().orElseThrow();
        if (drop.isPartitioned()) {
            List<IndexPart> parts = evidence.partsOf(drop.index());
            return parts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(evidence.ofWhole(drop.index(), parts, now, file.atLeast()));
        }
        QualifiedName name = QualifiedName.parse(drop.index()).orElseThrow();
        String schema = requireNonNull(name.schema().orElse(null), "the guard is given qualified names");
        return evidence.has(schema, name.name())
                ? Optional.of(evidence.of(schema, name.name(), drop.definition(), now, file.atLeast()))
                : Optional.empty();
    }
}
