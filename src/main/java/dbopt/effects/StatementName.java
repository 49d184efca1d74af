package dbopt.effects;

import static java.util.Objects.requireNonNull;

/**
 * The role and text that identify a statement, since the server's own number of a statement changes with the server's
 * version.
 */
public record StatementName(String role, String text) {
    public StatementName {
        requireNonNull(role, "role is null");
        requireNonNull(text, "text is null");
    }
}
