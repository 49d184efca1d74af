package dbopt.faults;

import dbopt.TestDatabase;
import dbopt.guard.GuardedDrop;
import dbopt.project.Drops;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;

/** A change that another session makes between two statements of a step, and reverts afterwards. */
enum ConcurrentChange {
    TABLE_RENAMED("the table is renamed") {
        @Override
        List<String> done(FaultStep step) {
            return List.of("alter table %s rename to meanwhile".formatted(step.table()));
        }

        @Override
        List<String> takenBack(FaultStep step, String keeper) {
            return List.of("alter table public.meanwhile rename to " + unqualified(step.table()));
        }
    },
    TABLE_GONE("the table is gone, until it is restored") {
        @Override
        List<String> done(FaultStep step) {
            return List.of("create schema attic", "alter table %s set schema attic".formatted(step.table()));
        }

        @Override
        List<String> takenBack(FaultStep step, String keeper) {
            return List.of(
                    "alter table attic.%s set schema public".formatted(unqualified(step.table())), "drop schema attic");
        }
    },
    KEEPER_DROPPED("the keeper is dropped") {
        @Override
        List<String> done(FaultStep step) {
            String keeper = keeper(step);
            return List.of(
                    "alter table %s drop constraint if exists %s".formatted(step.table(), unqualified(keeper)),
                    "drop index if exists " + keeper);
        }

        @Override
        List<String> takenBack(FaultStep step, String keeper) {
            return List.of(
                    keeper,
                    keeper.startsWith("CREATE UNIQUE")
                            ? "alter table %s add unique using index %s"
                                    .formatted(step.table(), unqualified(keeper(step)))
                            : "select 1");
        }
    },
    KEEPER_INVALID("the keeper is invalid") {
        @Override
        List<String> done(FaultStep step) {
            return List.of(
                    "update pg_index set indisvalid = false where indexrelid = '%s'::regclass".formatted(keeper(step)));
        }

        @Override
        List<String> takenBack(FaultStep step, String keeper) {
            return List.of(
                    "update pg_index set indisvalid = true where indexrelid = '%s'::regclass".formatted(keeper(step)));
        }
    },
    RIGHT_LOST("the role loses its right") {
        @Override
        List<String> done(FaultStep step) {
            return List.of("alter table %s owner to postgres".formatted(step.table()));
        }

        @Override
        List<String> takenBack(FaultStep step, String keeper) {
            return List.of("alter table %s owner to %s".formatted(step.table(), TestDatabase.OWNER));
        }
    };

    private final String name;

    ConcurrentChange(String name) {
        this.name = name;
    }

    abstract List<String> done(FaultStep step);

    /** @param keeper the keeper's definition */
    abstract List<String> takenBack(FaultStep step, String keeper);

    static String keeper(FaultStep step) {
        return drop(step).basis().keeper().orElseThrow();
    }

    static GuardedDrop drop(FaultStep step) {
        return Drops.of(step.migrations().flyway()).get(MigrationVersion.fromVersion(step.version()));
    }

    private static String unqualified(String name) {
        return name.replace("public.", "");
    }

    @Override
    public String toString() {
        return name;
    }
}
