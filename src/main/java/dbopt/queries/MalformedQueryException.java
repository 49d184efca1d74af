package dbopt.queries;

import java.util.List;

/** A file of {@code db/queries} that cannot be understood, with everything that is wrong with it. */
final class MalformedQueryException extends RuntimeException {
    MalformedQueryException(String name, List<String> wrong) {
        super("db/queries/" + name + ".sql: " + String.join("; ", wrong));
    }
}
