package dbopt.undo;

/**
 * Receives the progress of an undo. An exception from {@code starting}, {@code building} or {@code done} does not reach the
 * undo.
 */
public interface UndoListener {
    /** Whether the user wants the undo to stop; called before each script, and after a failure. */
    default boolean interrupted() {
        return false;
    }

    /**
     * Called before each script, on the thread that runs the script.
     *
     * @param number the number of the script, from 1
     * @param of how many scripts there are
     */
    default void starting(UndoStep step, int number, int of) {}

    /** Called twice a second while a script waits or builds an index, on another thread. */
    default void building(IndexBuild build) {}

    /** Called once the undone migration is recorded in the schema history. */
    default void done(Undone undone) {}
}
