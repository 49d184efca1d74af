package dbopt.migrate;

import dbopt.guard.DropBasis;
import dbopt.guard.GuardedDrop;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The pending drops that are based on the counters of every node. The guard in the migration sees only one server, so all
 * nodes are asked again before anything runs.
 *
 * @param drops the drops by version
 */
record UnusedDrops(SortedMap<MigrationVersion, GuardedDrop> drops) {
    UnusedDrops {
        drops = new TreeMap<>(drops);
    }

    /** Returns the pending drops of unused indexes. */
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
     * Judges the drops by what every node has counted up to now. Without a file of observations it warns that the guard sees
     * only this server.
     *
     * @throws CommandFailure if a node cannot be asked, or one of the indexes is no longer proven unused
     */
    void require(CurrentEvidence current) {
        if (drops.isEmpty()) {
            return;
        }
        Optional<DropVerdicts> verdicts = current.read(drops.values());
        List<String> problems = new ArrayList<>();
        verdicts.ifPresent(judge -> drops.forEach((version, drop) -> judge.against(drop)
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
}
