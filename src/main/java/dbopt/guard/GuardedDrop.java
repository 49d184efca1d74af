package dbopt.guard;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A migration's call of the guard: the index that it drops, the basis of the drop, and the definition that the undo script
 * restores. Names are schema-qualified and quoted where SQL needs it.
 */
public record GuardedDrop(String index, DropBasis basis, String definition) {
    public GuardedDrop {
        requireNonNull(index, "index is null");
        requireNonNull(basis, "basis is null");
        requireNonNull(definition, "definition is null");
    }

    /** Whether the index is partitioned. Its drop removes its parts on the partitions and cannot be concurrent. */
    public boolean isPartitioned() {
        return definition.contains(" ON ONLY ");
    }

    /** Returns this drop with the name of a schema in place of the placeholder. */
    public GuardedDrop in(String placeholder, String schema) {
        String open = SqlText.identifier(placeholder);
        String name = SqlText.identifier(schema);
        return new GuardedDrop(index.replace(open, name), basis, definition.replace(open, name));
    }

    /** Reads the guard's call in a migration; empty if the migration does not call the guard. */
    public static Optional<GuardedDrop> in(String migration) {
        return Stream.of(DropBasis.Covered.FUNCTION, DropBasis.Unused.FUNCTION)
                .flatMap(function ->
                        GuardCall.in(migration, function).stream().flatMap(call -> of(function, call).stream()))
                .findFirst();
    }

    private static Optional<GuardedDrop> of(String function, GuardCall call) {
        int place = function.equals(DropBasis.Covered.FUNCTION) ? 3 : 2;
        return call.argument("index_name", 1)
                .flatMap(index -> DropBasis.of(function, call).flatMap(basis -> call.argument("definition", place)
                        .map(definition -> new GuardedDrop(index, basis, definition))));
    }
}
