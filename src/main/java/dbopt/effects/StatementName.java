package dbopt.effects;

import static java.util.Objects.requireNonNull;

/** What tells one statement from another: the number that a server gives it changes with the server's version. */
public record StatementName(String role, String text) {
    public StatementName {
        requireNonNull(role, "role is null");
        requireNonNull(text, "text is null");
    }
}
