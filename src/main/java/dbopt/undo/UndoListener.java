package dbopt.undo;

/** Receives the progress of an undo. What it throws does not reach the undo. */
public interface UndoListener {
    /** Whether the user wants it to stop: asked before each script, and after a failure. */
    default boolean interrupted() {
        return false;
    }

    /** Called before each script, on the thread that runs it. */
    default void starting(UndoStep step, int number, int of) {}

    /** Called some times a second while a script waits or builds an index, on another thread. */
    default void building(IndexBuild build) {}

    /** Called once the schema history has it. */
    default void done(Undone undone) {}
}
