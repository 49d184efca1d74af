package dbopt.watch;

import static java.util.Objects.requireNonNull;

import dbopt.effects.IndexEffect;
import dbopt.effects.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * A dropped index and the migration that dropped it.
 *
 * @param migration the migration; empty if the script of no applied migration drops the index
 */
record WatchedDrop(IndexEffect effect, Optional<Migration> migration) {
    /** If the missing index causes this share of all blocks read or more, the undo should not wait for a quiet hour. */
    private static final double MUCH = 0.1;

    /**
     * How many bytes of an index are built in a second: a cautious figure, below those measured for the undo in
     * dev/guides/BENCHMARKS.md.
     */
    private static final double BYTES_A_SECOND = 10 * 1024 * 1024;

    /**
     * A migration that dropped an index.
     *
     * @param applied whether the migration counts as applied now
     * @param newer the newer applied migrations, which are undone with this one, in ascending order
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

    /** The migration and the index in one line, for people to read. */
    String title() {
        return migration.map(known -> known.name() + " dropped ").orElse("Dropped by no migration here: ")
                + effect.lost().title();
    }

    /** The command that undoes the drop; empty if the index is back, or no applied migration is known. */
    Optional<String> undo() {
        return migration
                .filter(known -> known.applied() && outcome() != Outcome.TAKEN_BACK)
                .map(known -> "dbopt undo --target " + known.version());
    }

    /** The newer migrations that the command undoes first. */
    List<MigrationVersion> undoneWithIt() {
        return undo().isPresent() ? migration.orElseThrow().newer() : List.of();
    }

    /**
     * The command that finishes an undo: the index is back, but the schema history still has the migration as applied.
     * Otherwise empty.
     */
    Optional<String> unfinished() {
        return migration
                .filter(known -> known.applied() && outcome() == Outcome.TAKEN_BACK)
                .map(known -> "dbopt undo --target " + known.version());
    }

    /** The estimated time to build the index again. */
    Duration build() {
        return Duration.ofSeconds((long) Math.ceil(effect.lost().index().bytes() / BYTES_A_SECOND));
    }

    /**
     * Whether the share of blocks read because the index is missing is known. It is unknown if the verdict comes from
     * sequential scans and not from statements.
     */
    boolean isShareKnown() {
        return effect.extraShare() > 0;
    }

    boolean canWait() {
        return outcome() != Outcome.WORSE || (isShareKnown() && effect.extraShare() < MUCH);
    }
}
