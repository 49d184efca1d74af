package dbopt.watch;

import static java.util.Objects.requireNonNull;

import dbopt.effects.IndexEffect;
import dbopt.effects.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * An index that was dropped, and by which migration.
 *
 * @param migration empty if none of those here that are applied names the index
 */
record WatchedDrop(IndexEffect effect, Optional<Migration> migration) {
    /** From this part of all blocks on, what is worse is not left for a quiet hour. */
    private static final double MUCH = 0.1;

    /** How much index is built in a second: less than dev/guides/BENCHMARKS.md has measured for the undo, with room to spare. */
    private static final double BYTES_A_SECOND = 10 * 1024 * 1024;

    /**
     * A migration that dropped an index.
     *
     * @param applied whether it counts as applied now
     * @param newer those that are applied too and go back with it, in their order
     */
    record Migration(MigrationVersion version, boolean applied, List<MigrationVersion> newer) {
        Migration {
            newer = List.copyOf(newer);
        }

        String name() {
            return "V" + version;
        }
    }

    WatchedDrop {
        requireNonNull(effect, "effect is null");
        requireNonNull(migration, "migration is null");
    }

    Outcome outcome() {
        return effect.outcome();
    }

    /** One line for people to read. */
    String title() {
        return migration.map(known -> known.name() + " dropped ").orElse("Dropped by no migration here: ")
                + effect.lost().title();
    }

    /** The command that undoes it; empty if it is back, or no migration is known. */
    Optional<String> undo() {
        return migration
                .filter(known -> known.applied() && outcome() != Outcome.TAKEN_BACK)
                .map(known -> "dbopt undo --target " + known.version());
    }

    /** The newer migrations that the command takes back first. */
    List<MigrationVersion> undoneWithIt() {
        return undo().isPresent() ? migration.orElseThrow().newer() : List.of();
    }

    /** The command that finishes an undo of which the schema history does not know; empty where there is none. */
    Optional<String> unfinished() {
        return migration
                .filter(known -> known.applied() && outcome() == Outcome.TAKEN_BACK)
                .map(known -> "dbopt undo --target " + known.version());
    }

    /** About so long. */
    Duration build() {
        return Duration.ofSeconds((long) Math.ceil(effect.lost().index().bytes() / BYTES_A_SECOND));
    }

    /** Where a table that is read from end to end has told, the statements have not. */
    boolean isShareKnown() {
        return effect.extraShare() > 0;
    }

    boolean canWait() {
        return outcome() != Outcome.WORSE || (isShareKnown() && effect.extraShare() < MUCH);
    }
}
