package dbopt.guard;

import static java.util.Objects.requireNonNull;

import dbopt.guard.SqlTokens.Kind;
import dbopt.guard.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the indexes that the statements of a script drop, also in the body of a DO block or a function. */
public final class DroppedNames {
    private static final int DEEPEST = 5;

    /**
     * The name of an index as the catalog has it, without quotes.
     *
     * @param schema empty if the script does not name the schema, or has a placeholder for it
     */
    public record Name(Optional<String> schema, String index) {
        public Name {
            requireNonNull(schema, "schema is null");
            requireNonNull(index, "index is null");
        }

        /** Whether this name can mean the other index; a name without a schema can mean an index of any schema. */
        public boolean mayBe(String otherSchema, String otherIndex) {
            return index.equals(otherIndex)
                    && schema.filter(known -> !known.equals(otherSchema)).isEmpty();
        }
    }

    private final List<Name> names = new ArrayList<>();

    private DroppedNames() {}

    /** The names of the indexes that the script drops, in the order of the script. */
    public static List<Name> in(String script) {
        DroppedNames found = new DroppedNames();
        found.read(script, 0);
        return List.copyOf(found.names);
    }

    private void read(String script, int depth) {
        SqlTokens tokens = new SqlTokens(script);
        Token before = new Token(Kind.SYMBOL, ";");
        for (Optional<Token> next = tokens.next(); next.isPresent(); next = tokens.next()) {
            Token token = next.get();
            if (token.kind() == Kind.STRING && depth < DEEPEST) {
                read(token.text(), depth + 1);
            }
            if (before.is(Kind.WORD, "drop") && token.is(Kind.WORD, "index")) {
                list(tokens);
                before = new Token(Kind.SYMBOL, ";");
            } else {
                before = token;
            }
        }
    }

    /** Reads the names of one {@code drop index}, up to the end of the statement. */
    private void list(SqlTokens tokens) {
        List<Token> parts = new ArrayList<>();
        for (Optional<Token> next = tokens.next(); next.isPresent(); next = tokens.next()) {
            Token token = next.get();
            if (token.is(Kind.SYMBOL, ",")) {
                add(parts);
                parts.clear();
            } else if (token.is(Kind.SYMBOL, ";")
                    || token.is(Kind.WORD, "cascade")
                    || token.is(Kind.WORD, "restrict")) {
                break;
            } else if (!isKeyword(token)) {
                parts.add(token);
            }
        }
        add(parts);
    }

    private static boolean isKeyword(Token token) {
        return token.is(Kind.WORD, "concurrently") || token.is(Kind.WORD, "if") || token.is(Kind.WORD, "exists");
    }

    /** Adds a name: the last word is the index, and a word before the dot is its schema. */
    private void add(List<Token> parts) {
        int last = parts.size() - 1;
        if (last < 0 || !isName(parts.get(last))) {
            return;
        }
        boolean qualified = last >= 2 && parts.get(last - 1).is(Kind.SYMBOL, ".") && isName(parts.get(last - 2));
        names.add(new Name(
                qualified ? Optional.of(parts.get(last - 2).text()) : Optional.empty(),
                parts.get(last).text()));
    }

    private static boolean isName(Token token) {
        return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_IDENTIFIER;
    }
}
