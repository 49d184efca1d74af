package dbopt.guard;

import static java.util.Objects.requireNonNull;

import dbopt.guard.SqlTokens.Kind;
import dbopt.guard.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A name in its parts as the catalog has them, with or without a schema: the SQL name {@code public."T y"} has the parts
 * {@code public} and {@code T y}.
 */
public record QualifiedName(Optional<String> schema, String name) {
    public QualifiedName {
        requireNonNull(schema, "schema is null");
        requireNonNull(name, "name is null");
    }

    /** Parses a name as SQL writes it; empty if the text is not a name. */
    public static Optional<QualifiedName> parse(String text) {
        SqlTokens tokens = new SqlTokens(text);
        List<Token> parts = new ArrayList<>();
        for (Optional<Token> token = tokens.next(); token.isPresent() && parts.size() < 4; token = tokens.next()) {
            parts.add(token.get());
        }
        boolean plain = parts.size() == 1 && isName(parts.get(0));
        boolean qualified =
                parts.size() == 3 && isName(parts.get(0)) && parts.get(1).is(Kind.SYMBOL, ".") && isName(parts.get(2));
        if (plain) {
            return Optional.of(new QualifiedName(Optional.empty(), parts.get(0).text()));
        }
        return qualified
                ? Optional.of(new QualifiedName(
                        Optional.of(parts.get(0).text()), parts.get(2).text()))
                : Optional.empty();
    }

    private static boolean isName(Token token) {
        return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_IDENTIFIER;
    }

    /** Whether this name means the other one; a name without a schema matches one in any schema. */
    public boolean matches(String otherSchema, String otherName) {
        return name.equals(otherName) && schema.map(otherSchema::equals).orElse(true);
    }
}
