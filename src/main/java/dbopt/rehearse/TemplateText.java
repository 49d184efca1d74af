package dbopt.rehearse;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a statement in which pg_stat_statements has replaced values by parameters. Not every such text can be
 * prepared: the types of the values are lost, and that two values were equal. From the server's error the text can be
 * repaired.
 *
 * @param types the types of the parameters that the server cannot infer
 */
record TemplateText(String text, SortedMap<Integer, String> types) {
    private static final Set<String> PLANNED =
            Set.of("select", "insert", "update", "delete", "merge", "with", "values", "table");

    /** A word, a quoted name, a string, a parameter, a number or a symbol; comments are skipped. */
    private static final Pattern TOKENS = Pattern.compile(
            "(?s)--[^\n]*|/\\*.*?\\*/|\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\\$[0-9]+|[\\p{L}_][\\p{L}\\p{N}_$]*|[0-9.]+|\\S");

    private static final Pattern PARAMETER = Pattern.compile("\\$([0-9]+)");

    /** The name of a type at the end of a text, in all forms in which it can stand before its literal. */
    private static final Pattern TYPE_BEFORE = Pattern.compile(
            "(?i)(?<![\\w$\"])((?:(?:\"(?:[^\"]|\"\")+\"|[a-z_][\\w$]*)\\s*\\.\\s*)?(?:\"(?:[^\"]|\"\")+\"|[a-z_][\\w$]*)"
                    + "(?:\\s+(?:precision|varying))?(?:\\s*\\(\\s*[0-9]+(?:\\s*,\\s*[0-9]+)*\\s*\\))?"
                    + "(?:\\s+with(?:out)?\\s+time\\s+zone)?)\\s*\\z");

    private static final Pattern EXTRACT = Pattern.compile("(?i)\\bextract\\s*\\(\\s*(\\$[0-9]+)\\s+from\\s");

    /** The types to try for an operand whose type is unknown, the most frequent first. */
    private static final List<String> OPERANDS = List.of("integer", "numeric", "text", "interval", "timestamptz");

    private static final String SYNTAX = "42601";
    private static final String NO_TYPE = "42P18";

    /**
     * The SQLSTATEs for an operator or function that does not exist for these types or is ambiguous, and for types that do
     * not match.
     */
    static final Set<String> OTHER_TYPE = Set.of("42725", "42883", "42804");

    private static final Set<String> NOT_THE_SAME = Set.of("42803", "42P10");

    TemplateText {
        requireNonNull(text, "text is null");
        types = Collections.unmodifiableSortedMap(new TreeMap<>(types));
    }

    static TemplateText of(String text) {
        return new TemplateText(EXTRACT.matcher(text).replaceAll("pg_catalog.extract($1, "), new TreeMap<>());
    }

    /** Whether the statement has a plan; a utility statement has none. */
    static boolean isPlanned(String text) {
        return tokens(text).stream()
                .map(token -> token.text().toLowerCase(Locale.ROOT))
                .filter(token -> !token.equals("("))
                .findFirst()
                .filter(PLANNED::contains)
                .isPresent();
    }

    /** The types to declare, in the order of the parameters; empty if the server infers all of them. */
    List<String> declared() {
        List<String> declared = new ArrayList<>();
        for (int number = 1; !types.isEmpty() && number <= types.lastKey(); number++) {
            declared.add(types.getOrDefault(number, "unknown"));
        }
        return declared;
    }

    /** The numbers of the parameters in the text. */
    Set<Integer> parameters() {
        Set<Integer> numbers = new TreeSet<>();
        tokens(text).stream().filter(Token::isParameter).map(Token::number).forEach(numbers::add);
        return numbers;
    }

    /**
     * Returns a text to try after the server has refused this one.
     *
     * @param position the position of the error, from 1; 0 if the server does not say
     * @return empty if there is nothing left to try
     */
    Optional<TemplateText> repaired(String sqlState, String message, int position) {
        if (sqlState.equals(SYNTAX)) {
            return withCast(position - 1);
        }
        if (sqlState.equals(NO_TYPE)) {
            return PARAMETER
                    .matcher(message)
                    .results()
                    .findFirst()
                    .map(found -> Integer.parseInt(found.group(1)))
                    .filter(number -> !types.containsKey(number))
                    .map(number -> with(number, "text"));
        }
        if (OTHER_TYPE.contains(sqlState)) {
            return withNextType(position - 1);
        }
        return NOT_THE_SAME.contains(sqlState) ? unified() : Optional.empty();
    }

    /** Turns a parameter after the name of a type, such as {@code date $1}, into a cast. */
    private Optional<TemplateText> withCast(int at) {
        Matcher parameter = PARAMETER.matcher(text);
        if (at <= 0
                || at >= text.length()
                || !parameter.region(at, text.length()).lookingAt()) {
            return Optional.empty();
        }
        Matcher type = TYPE_BEFORE.matcher(text.substring(0, at));
        return type.find()
                ? Optional.of(new TemplateText(
                        text.substring(0, type.start()) + parameter.group() + "::" + type.group(1)
                                + text.substring(parameter.end()),
                        types))
                : Optional.empty();
    }

    /**
     * Returns the text with the next type for the operand at fault: the first parameter after the position, or else the last
     * one before it.
     */
    private Optional<TemplateText> withNextType(int at) {
        List<Token> parameters =
                tokens(text).stream().filter(Token::isParameter).toList();
        Optional<Token> operand = parameters.stream()
                .filter(token -> token.start() >= at)
                .findFirst()
                .or(() ->
                        parameters.stream().filter(token -> token.start() < at).reduce((first, second) -> second));
        return operand.map(Token::number).flatMap(number -> {
            int next = OPERANDS.indexOf(types.getOrDefault(number, "")) + 1;
            return next < OPERANDS.size() ? Optional.of(with(number, OPERANDS.get(next))) : withCounters(number);
        });
    }

    /**
     * Declares as numbers the parameters that are selected by themselves: such a value is often a counter, for example the
     * depth of a recursion.
     */
    private Optional<TemplateText> withCounters(int operand) {
        List<Token> tokens = tokens(text);
        SortedMap<Integer, String> more = new TreeMap<>(types);
        for (int at = 1; at < tokens.size() - 1; at++) {
            if (tokens.get(at).isParameter()
                    && (tokens.get(at - 1).is("select") || tokens.get(at - 1).is(","))
                    && tokens.get(at + 1).is("as")) {
                more.putIfAbsent(tokens.get(at).number(), "integer");
            }
        }
        if (more.equals(types)) {
            return Optional.empty();
        }
        more.remove(operand); // every type failed for this operand when the others were texts
        return Optional.of(new TemplateText(text, more));
    }

    private TemplateText with(int number, String type) {
        SortedMap<Integer, String> more = new TreeMap<>(types);
        more.put(number, type);
        return new TemplateText(text, more);
    }

    /**
     * Gives equal values the same parameter. An expression in GROUP BY or ORDER BY occurs elsewhere in the text with the
     * same values, but the server takes two parameters for two values. If one of the expressions still contains the value,
     * as pg_stat_statements leaves it in all but the first, the value replaces the parameter.
     */
    private Optional<TemplateText> unified() {
        List<Token> tokens = tokens(text);
        SortedMap<Integer, Integer> same = new TreeMap<>();
        SortedMap<Integer, String> literals = new TreeMap<>();
        for (List<Token> expression : SortedExpressions.of(tokens)) {
            for (int start = 0; start + expression.size() <= tokens.size(); start++) {
                List<Token> candidate = tokens.subList(start, start + expression.size());
                if (alike(expression, candidate)) {
                    unify(expression, candidate, same, literals);
                }
            }
        }
        String unified = PARAMETER.matcher(text).replaceAll(found -> {
            int number = first(Integer.parseInt(found.group(1)), same);
            return Matcher.quoteReplacement(literals.getOrDefault(number, "$" + number));
        });
        return unified.equals(text) ? Optional.empty() : Optional.of(declaringAll(unified));
    }

    private static boolean alike(List<Token> expression, List<Token> candidate) {
        for (int at = 0; at < expression.size(); at++) {
            if (!expression.get(at).isLike(candidate.get(at))) {
                return false;
            }
        }
        return true;
    }

    private static void unify(
            List<Token> some,
            List<Token> others,
            SortedMap<Integer, Integer> same,
            SortedMap<Integer, String> literals) {
        for (int at = 0; at < some.size(); at++) {
            Token one = some.get(at);
            Token other = others.get(at);
            if (one.isLiteral() && other.isParameter()) {
                literals.put(first(other.number(), same), one.text());
            } else if (one.isParameter() && other.isParameter()) {
                int first = first(one.number(), same);
                int second = first(other.number(), same);
                if (first != second) {
                    same.put(Math.max(first, second), Math.min(first, second));
                }
            }
        }
    }

    private static int first(int number, SortedMap<Integer, Integer> same) {
        int first = number;
        while (same.containsKey(first)) {
            first = same.get(first);
        }
        return first;
    }

    /** Declares the parameters that are no longer in the text: they still have a number, so they need a type. */
    private TemplateText declaringAll(String unified) {
        TemplateText fewer = new TemplateText(unified, types);
        Set<Integer> left = fewer.parameters();
        SortedMap<Integer, String> declared = new TreeMap<>(types);
        parameters().stream().filter(number -> !left.contains(number)).forEach(number -> declared.put(number, "text"));
        return new TemplateText(unified, declared);
    }

    /** A token and its start in the text. */
    record Token(String text, int start) {
        boolean isParameter() {
            return text.length() > 1 && text.startsWith("$");
        }

        int number() {
            return Integer.parseInt(text.substring(1));
        }

        boolean is(String word) {
            return text.equalsIgnoreCase(word);
        }

        boolean isLiteral() {
            return text.startsWith("'") || Character.isDigit(text.charAt(0));
        }

        private boolean isLike(Token other) {
            return ((isParameter() || isLiteral()) && other.isParameter()) || text.equalsIgnoreCase(other.text);
        }
    }

    static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKENS.matcher(text);
        while (matcher.find()) {
            MatchResult found = matcher.toMatchResult();
            if (found.group().startsWith("/*")) {
                matcher.region(endOfComment(text, found.start()), text.length());
            } else if (!found.group().startsWith("--")) {
                tokens.add(new Token(found.group(), found.start()));
            }
        }
        return tokens;
    }

    /** Returns the end of a comment between slashes and asterisks; such comments nest. */
    private static int endOfComment(String text, int start) {
        int depth = 0;
        int at = start;
        do {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < text.length());
        return Math.min(at, text.length());
    }
}
