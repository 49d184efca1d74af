package dbopt.rehearse;

import dbopt.rehearse.TemplateText.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds the expressions in a text that it groups or sorts by and that contain values. */
final class SortedExpressions {
    /** The words that end a list of expressions, unless they are within parentheses. */
    private static final Set<String> ENDS = Set.of(
            "having",
            "order",
            "limit",
            "offset",
            "fetch",
            "window",
            "union",
            "intersect",
            "except",
            "for",
            "rows",
            "range",
            "groups",
            ";");

    private static final Set<String> DIRECTIONS = Set.of("asc", "desc", "nulls", "first", "last");

    private SortedExpressions() {}

    static List<List<Token>> of(List<Token> tokens) {
        List<List<Token>> expressions = new ArrayList<>();
        for (int at = 1; at < tokens.size(); at++) {
            if (tokens.get(at).is("by")
                    && (tokens.get(at - 1).is("group") || tokens.get(at - 1).is("order"))) {
                list(tokens.subList(at + 1, tokens.size()), expressions);
            }
        }
        return expressions;
    }

    private static void list(List<Token> tokens, List<List<Token>> expressions) {
        int depth = 0;
        int start = 0;
        for (int at = 0; at <= tokens.size(); at++) {
            String text = at == tokens.size() ? ";" : tokens.get(at).text().toLowerCase(Locale.ROOT);
            boolean ends = depth == 0 && (text.equals(")") || ENDS.contains(text));
            if (ends || (depth == 0 && text.equals(","))) {
                add(tokens.subList(start, at), expressions);
                start = at + 1;
            }
            if (ends) {
                return;
            }
            depth += text.equals("(") || text.equals("[") ? 1 : text.equals(")") || text.equals("]") ? -1 : 0;
        }
    }

    private static void add(List<Token> tokens, List<List<Token>> expressions) {
        int end = tokens.size();
        while (end > 0 && DIRECTIONS.contains(tokens.get(end - 1).text().toLowerCase(Locale.ROOT))) {
            end--;
        }
        List<Token> expression = tokens.subList(0, end);
        if (expression.size() > 1 && expression.stream().anyMatch(token -> token.isParameter() || token.isLiteral())) {
            expressions.add(expression);
        }
    }
}
