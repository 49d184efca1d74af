package dbopt.queries;

import java.util.List;

/** Reports everything that is wrong with a file of {@code db/queries} that cannot be parsed. */
final class MalformedQueryException extends RuntimeException {
    MalformedQueryException(String name, List<String> wrong) {
        super("db/queries/" + name + ".sql: " + String.join("; ", wrong));
    }
}
