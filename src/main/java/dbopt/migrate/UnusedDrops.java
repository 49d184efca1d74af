package dbopt.migrate;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
import dbopt.commandline.EvidenceOptions;
import dbopt.evidence.ClusterObserver;
import dbopt.evidence.Evidence;
import dbopt.evidence.EvidenceFile;
import dbopt.evidence.IndexPart;
import dbopt.evidence.NodeAddresses;
import dbopt.evidence.NodeState;
import dbopt.evidence.ObservationFile;
import dbopt.evidence.UsageVerdict;
import dbopt.guard.DropBasis;
import dbopt.guard.GuardedDrop;
import dbopt.guard.QualifiedName;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The pending drops that rest on the counters of every node. The guard in the migration sees one server; here all of them
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
     * Observes every node and judges the drops by all that the file holds then. Without a file it is said that the guard
     * sees this server alone.
     *
     * @param nodes the addresses that {@code --node} gives, beside those that the file has seen lately
     * @throws CommandFailure when a node cannot be asked, or one of the indexes is not proven unused any more
     */
    void require(
            DatabaseAddress database, List<String> nodes, EvidenceOptions options, BundledSql sql, Terminal terminal) {
        if (drops.isEmpty()) {
            return;
        }
        if (options.file().isEmpty()) {
            terminal.progress(
                    "WARNING: %s: unused by the counters of every node, of which the guard sees this server's alone. To have all of them asked again before anything is dropped: dbopt migrate --evidence FILE"
                            .formatted(drops.values().stream()
                                    .map(drop -> TerminalText.line(drop.index()))
                                    .collect(joining(", "))));
            return;
        }
        Path file = options.file().get();
        observe(NodeAddresses.of(database, nodes, terminal::progress), file, sql, terminal);
        EvidenceFile evidence = options.read(warning -> {}).orElseThrow();
        List<String> problems = new ArrayList<>();
        drops.forEach((version, drop) -> against(drop, evidence)
                .ifPresent(reason -> problems.add("V%s, %s: %s".formatted(version, drop.index(), reason))));
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    """
                    By %s, with what every node has counted up to now, these are not proven unused:
                    %s
                    Nothing was changed. See what the audit says of them by that (dbopt audit --evidence), and scaffold the migration again, or delete it."""
                            .formatted(file, TerminalText.some(problems)));
        }
    }

    private static void observe(NodeAddresses asked, Path file, BundledSql sql, Terminal terminal) {
        try (ObservationFile observations = ObservationFile.open(file, terminal::progress)) {
            List<NodeState> known = observations.nodes();
            if (known.isEmpty()) {
                throw new CommandFailure(
                        CommandFailure.Kind.USAGE,
                        "%s holds no observation, so it proves nothing unused.\nNothing was changed. Name the file that the audit was given."
                                .formatted(file));
            }
            Instant newest =
                    known.stream().map(NodeState::at).max(Instant::compareTo).orElseThrow();
            // one that has not been seen for so long may be gone; if not, the evidence says that it lacks
            List<String> names = known.stream()
                    .filter(node -> !node.at().isBefore(newest.minus(Evidence.FRESH)))
                    .map(NodeState::node)
                    .toList();
            new ClusterObserver(sql, "dbopt migrate", terminal::progress, terminal::progress)
                    .observe(asked.and(names), observations);
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    e.kind(),
                    e.getMessage() + "\nWithout every node no index is proven unused, so nothing was migrated.",
                    e);
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
