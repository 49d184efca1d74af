package dbopt.effects;

import static java.util.Objects.requireNonNull;

/** What identifies a statement, since the number that a server gives it changes with the server's version. */
public record StatementName(String role, String text) {
    public StatementName {
        requireNonNull(role, "role is null");
        requireNonNull(text, "text is null");
    }
}
