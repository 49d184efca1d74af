package dbopt.schemas;

import static java.util.Objects.requireNonNull;

/**
 * The result of a command in one schema.
 *
 * @param text what was done, in one line; or the reason of a failure, whose first line says most
 * @param freed the size of the dropped indexes in bytes
 */
public record SchemaOutcome(String schema, State state, String text, long freed) {
    /** The kind of a result. */
    public enum State {
        DONE,
        /** The schema needed no work. */
        UNCHANGED,
        FAILED,
        /** The user stopped the work, or it was not begun. */
        LEFT
    }

    public SchemaOutcome {
        requireNonNull(schema, "schema is null");
        requireNonNull(state, "state is null");
        requireNonNull(text, "text is null");
    }

    /** The result of a schema in which work was done. */
    public static SchemaOutcome done(String schema, String text, long freed) {
        return new SchemaOutcome(schema, State.DONE, text, freed);
    }

    /** The result of a schema that needed no work. */
    public static SchemaOutcome unchanged(String schema, String text) {
        return new SchemaOutcome(schema, State.UNCHANGED, text, 0);
    }

    static SchemaOutcome failed(String schema, String reason) {
        return new SchemaOutcome(schema, State.FAILED, reason, 0);
    }

    static SchemaOutcome left(String schema, String reason) {
        return new SchemaOutcome(schema, State.LEFT, reason, 0);
    }

    /** Whether the result is of this kind. */
    public boolean is(State expected) {
        return state == expected;
    }
}
