package dbopt.terminal;

import static java.util.Objects.requireNonNull;

/**
 * A failure that ends a command, reported to its user: the message says what happened, where, whether anything was changed and
 * what to do next. The message is printed as it is, without a stack trace.
 */
public final class CommandFailure extends RuntimeException {

    /** What kind of failure it is, which decides the exit code of the process. */
    public enum Kind {
        /** Wrong usage: an option, a variable or a file is missing or cannot be understood. */
        USAGE(2),
        /** The database could not be reached, or it refused a query. */
        UNREACHABLE(3),
        /** A migration or an undo failed. */
        FAILED(4);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    public CommandFailure(Kind kind, String message) {
        this(kind, message, null);
    }

    public CommandFailure(Kind kind, String message, Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
        this.kind = requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
