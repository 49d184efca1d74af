package dbopt.schemas;

import static java.util.Objects.requireNonNull;

/**
 * How it went on one schema.
 *
 * @param text what was done, in a line; or the reason, whose first line says most
 * @param freed bytes of the indexes that went
 */
public record SchemaOutcome(String schema, State state, String text, long freed) {
    /** What became of it. */
    public enum State {
        DONE,
        /** There was nothing to do. */
        UNCHANGED,
        FAILED,
        /** The user stopped it, or it was not begun. */
        LEFT
    }

    public SchemaOutcome {
        requireNonNull(schema, "schema is null");
        requireNonNull(state, "state is null");
        requireNonNull(text, "text is null");
    }

    /** Something was done there. */
    public static SchemaOutcome done(String schema, String text, long freed) {
        return new SchemaOutcome(schema, State.DONE, text, freed);
    }

    /** There was nothing to do. */
    public static SchemaOutcome unchanged(String schema, String text) {
        return new SchemaOutcome(schema, State.UNCHANGED, text, 0);
    }

    static SchemaOutcome failed(String schema, String reason) {
        return new SchemaOutcome(schema, State.FAILED, reason, 0);
    }

    static SchemaOutcome left(String schema, String reason) {
        return new SchemaOutcome(schema, State.LEFT, reason, 0);
    }

    /** Whether that became of it. */
    public boolean is(State expected) {
        return state == expected;
    }
}
