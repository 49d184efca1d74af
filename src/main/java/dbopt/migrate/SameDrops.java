package dbopt.migrate;

import dbopt.guard.GuardedDrop;
import dbopt.project.Drops;
import dbopt.project.SchemaConfigurations;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The drops whose index is the same whatever the schema: a run on many schemas would apply each of them many times.
 *
 * @param versions the versions of these drops
 */
record SameDrops(Set<MigrationVersion> versions) {
    SameDrops {
        versions = Set.copyOf(versions);
    }

    /** No such drops, for a run on one schema. */
    static SameDrops none() {
        return new SameDrops(Set.of());
    }

    /** Finds the drops whose index is the same in every schema. */
    static SameDrops among(SchemaConfigurations configurations) {
        Map<MigrationVersion, GuardedDrop> other = Drops.of(configurations.of("b"));
        return new SameDrops(Drops.of(configurations.of("a")).entrySet().stream()
                .filter(drop ->
                        drop.getValue().index().equals(other.get(drop.getKey()).index()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet()));
    }

    /**
     * Refuses drops that would run once for each schema.
     *
     * @throws CommandFailure if one of these drops is pending
     */
    void requireNone(Map<MigrationVersion, GuardedDrop> pending) {
        pending.forEach((version, drop) -> {
            if (versions.contains(version)) {
                throw new CommandFailure(
                        CommandFailure.Kind.USAGE,
                        """
                        V%s drops %s, whatever the schema, so it is not run in each of them. Nothing was changed there.
                        Write it for each schema: dbopt audit --scaffold DIR --each-schema --index NAME; or apply it once, without --schemas, with the history that it belongs to."""
                                .formatted(version, TerminalText.line(drop.index())));
            }
        });
    }
}
