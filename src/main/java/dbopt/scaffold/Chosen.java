package dbopt.scaffold;

import java.util.List;
import java.util.Optional;

/**
 * What somebody wants to be dropped.
 *
 * @param indexes as any output has their names, with or without their schema; every duplicate if none is named
 * @param judgement by which those that need review go
 */
record Chosen(List<String> indexes, Optional<Judgement> judgement) {
    Chosen {
        indexes = List.copyOf(indexes);
    }

    boolean isNamed() {
        return !indexes.isEmpty();
    }
}
