package dbopt.guard;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Two indexes on table {@code t}, and the required verdict on the one named {@code narrow} given the one named
 * {@code kept}. The guard and the audit are two texts of one rule: both must pass every case.
 *
 * @param sentence what the case shows
 * @param setup the statements that make the two indexes
 * @param verdict what the audit says of {@code narrow}
 * @param reasons why the guard refuses to let {@code narrow} go, one a line; empty if it does not
 */
public record RedundancyCase(String sentence, List<String> setup, Verdict verdict, String reasons) {
    /** The table of every case; {@code j} is its tenth column. */
    public static final String TABLE =
            """
            create table t (a int not null, b int, c int, name text, words tsvector, tags text[], doc jsonb,
                during int4range, moment timestamptz, j int, k int)
            """;

    /** The audit's verdict on an index. */
    public enum Verdict {
        /** Proven: the keeper has the same keys. */
        DUPLICATE,
        /** Proven: the keys are the leading keys of the keeper. */
        PREFIX,
        /** Not proven: needs review by a person. */
        REVIEW,
        /** No finding. */
        KEPT;

        /** Whether the guard allows the drop of the index. */
        public boolean isProven() {
            return this == DUPLICATE || this == PREFIX;
        }
    }

    public RedundancyCase {
        requireNonNull(sentence, "sentence is null");
        setup = List.copyOf(setup);
        requireNonNull(verdict, "verdict is null");
        if (verdict.isProven() != reasons.isEmpty()) {
            throw new IllegalArgumentException(sentence + ": either proven or with a reason");
        }
    }

    @Override
    public String toString() {
        return sentence + ": " + verdict;
    }
}
