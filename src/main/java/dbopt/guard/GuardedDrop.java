package dbopt.guard;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a migration says to the guard: the index it drops, the keeper that makes it redundant, and the definition that
 * its undo script restores. Names are schema-qualified and quoted where SQL needs it.
 */
public record GuardedDrop(String index, String keeper, String definition) {
    public GuardedDrop {
        requireNonNull(index, "index is null");
        requireNonNull(keeper, "keeper is null");
        requireNonNull(definition, "definition is null");
    }

    /** Reads the guard's call in a migration; empty if the migration does not call the guard. */
    public static Optional<GuardedDrop> in(String migration) {
        return GuardCall.in(migration, "assert_redundant").stream()
                .flatMap(call -> of(call).stream())
                .findFirst();
    }

    private static Optional<GuardedDrop> of(GuardCall call) {
        return call.argument("index_name", 1)
                .flatMap(index -> call.argument("covered_by", 2).flatMap(keeper -> call.argument("definition", 3)
                        .map(definition -> new GuardedDrop(index, keeper, definition))));
    }
}
