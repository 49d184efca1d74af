package dbopt.audit;

/** What was asked for cannot be done as asked; the message lists every reason. */
final class WrongUsageException extends RuntimeException {
    WrongUsageException(String message) {
        super(message);
    }
}
