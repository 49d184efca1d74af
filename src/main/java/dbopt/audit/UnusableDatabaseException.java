package dbopt.audit;

/** The database could not be audited; the message says why, and that nothing is known of it. */
final class UnusableDatabaseException extends RuntimeException {
    UnusableDatabaseException(String message) {
        super(message);
    }

    UnusableDatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
