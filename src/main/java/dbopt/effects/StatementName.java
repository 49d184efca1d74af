package dbopt.effects;

import static java.util.Objects.requireNonNull;

/** The role and text that identify a statement. The server's own number for it changes with the server's version. */
public record StatementName(String role, String text) {
    public StatementName {
        requireNonNull(role, "role is null");
        requireNonNull(text, "text is null");
    }
}
