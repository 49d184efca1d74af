package dbopt.guard;

import static java.util.Objects.requireNonNull;

import dbopt.guard.SqlTokens.Kind;
import dbopt.guard.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A call of one of the guard's functions.
 *
 * @param arguments the arguments that are text: by name, or by their position, from {@code "1"} on
 */
public record GuardCall(Map<String, String> arguments) {
    private static final List<Token> FORMAT = List.of(
            new Token(Kind.WORD, "pg_catalog"),
            new Token(Kind.SYMBOL, "."),
            new Token(Kind.WORD, "format"),
            new Token(Kind.SYMBOL, "("));

    public GuardCall {
        arguments = Map.copyOf(arguments);
    }

    /** Returns the argument of this name, or else the one at this position, counted from 1. */
    public Optional<String> argument(String name, int place) {
        return Optional.ofNullable(arguments.get(name))
                .or(() -> Optional.ofNullable(arguments.get(String.valueOf(place))));
    }

    /**
     * Finds every call of {@code pg_temp.function} in the script, outside comments and literals.
     *
     * @param function the function's name, in lower case
     */
    public static List<GuardCall> in(String script, String function) {
        requireNonNull(function, "function is null");
        List<GuardCall> calls = new ArrayList<>();
        if (!script.toLowerCase(Locale.ROOT).contains(function)) {
            return calls;
        }
        List<Token> opening = List.of(
                new Token(Kind.WORD, "pg_temp"),
                new Token(Kind.SYMBOL, "."),
                new Token(Kind.WORD, function),
                new Token(Kind.SYMBOL, "("));
        SqlTokens tokens = new SqlTokens(script);
        int matched = 0;
        for (Optional<Token> token = tokens.next(); token.isPresent(); token = tokens.next()) {
            matched = token.get().equals(opening.get(matched))
                    ? matched + 1
                    : token.get().equals(opening.get(0)) ? 1 : 0;
            if (matched == opening.size()) {
                arguments(tokens).ifPresent(arguments -> calls.add(new GuardCall(arguments)));
                matched = 0;
            }
        }
        return calls;
    }

    /** Reads the arguments up to the closing parenthesis; empty if there is none. */
    private static Optional<Map<String, String>> arguments(SqlTokens tokens) {
        Map<String, String> arguments = new TreeMap<>();
        List<Token> argument = new ArrayList<>();
        int place = 1;
        int depth = 0;
        for (Optional<Token> next = tokens.next(); next.isPresent(); next = tokens.next()) {
            Token token = next.get();
            boolean last = depth == 0 && token.is(Kind.SYMBOL, ")");
            if (last || (depth == 0 && token.is(Kind.SYMBOL, ","))) {
                add(argument, place++, arguments);
                argument.clear();
            } else {
                argument.add(token);
            }
            if (last) {
                return Optional.of(arguments);
            }
            if (token.kind() == Kind.SYMBOL) {
                depth += "([".contains(token.text()) ? 1 : ")]".contains(token.text()) ? -1 : 0;
            }
        }
        return Optional.empty();
    }

    /** Reads a call of {@code format}, which {@link SchemaPlaceholder} writes in place of a literal that names the schema. */
    private static Optional<String> formatted(List<Token> value) {
        boolean isCall = value.size() == FORMAT.size() + 4
                && value.subList(0, FORMAT.size()).equals(FORMAT)
                && value.get(FORMAT.size()).kind() == Kind.STRING
                && value.get(FORMAT.size() + 1).is(Kind.SYMBOL, ",")
                && value.get(FORMAT.size() + 2).kind() == Kind.STRING
                && value.get(FORMAT.size() + 3).is(Kind.SYMBOL, ")");
        return isCall
                ? Optional.of(SchemaPlaceholder.formatted(
                        value.get(FORMAT.size()).text(),
                        value.get(FORMAT.size() + 2).text()))
                : Optional.empty();
    }

    /** Adds an argument if it is text; others, such as null or an array, are left out. */
    private static void add(List<Token> argument, int place, Map<String, String> arguments) {
        boolean named = argument.size() > 3
                && argument.get(0).kind() == Kind.WORD
                && ((argument.get(1).is(Kind.SYMBOL, "=") && argument.get(2).is(Kind.SYMBOL, ">"))
                        || (argument.get(1).is(Kind.SYMBOL, ":")
                                && argument.get(2).is(Kind.SYMBOL, "=")));
        List<Token> value = named ? argument.subList(3, argument.size()) : argument;
        formatted(value).ifPresent(text -> arguments.put(named ? argument.get(0).text() : String.valueOf(place), text));
        // adjacent literals, each on a line of its own, are one text
        if (!value.isEmpty() && value.stream().allMatch(token -> token.kind() == Kind.STRING)) {
            StringBuilder text = new StringBuilder();
            value.forEach(token -> text.append(token.text()));
            arguments.put(named ? argument.get(0).text() : String.valueOf(place), text.toString());
        }
    }
}
