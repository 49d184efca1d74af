package dbopt.scaffold;

import java.util.List;
import java.util.Optional;

/**
 * The indexes that a user chooses to drop.
 *
 * @param indexes the names of the indexes in any form in which dbopt prints them, with or without their schema; if empty, every
 *     duplicate is dropped
 * @param judgement the judgement by which indexes that need review are dropped; empty to drop only indexes that are proven
 *     redundant or unused
 */
record Chosen(List<String> indexes, Optional<Judgement> judgement) {
    Chosen {
        indexes = List.copyOf(indexes);
    }

    boolean isNamed() {
        return !indexes.isEmpty();
    }
}
