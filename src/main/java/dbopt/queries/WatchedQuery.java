package dbopt.queries;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A query of the application whose plan is watched: one file of {@code db/queries}.
 *
 * <p>The file begins with comments: what the query asks, then {@code Serves}, {@code Typical} and {@code Writes}, each as
 * {@code -- Name: text}. {@code Bound} states that more work is known and accepted. {@code Called: seldom} marks a report,
 * for which a few more buffers do not matter. Of several statements, each ended by a semicolon at the end of a line, the
 * last is watched and the others prepare it.
 *
 * @param bound up to how many times the work before is accepted; empty for the bound of the whole comparison
 * @param seldom whether the query is seldom called
 * @param preparation the statements that run before the query, in the same transaction
 */
public record WatchedQuery(
        String name,
        String asks,
        String serves,
        boolean writes,
        Optional<Double> bound,
        boolean seldom,
        List<String> preparation,
        String sql) {
    private static final Pattern ENTRY = Pattern.compile("([A-Z][a-z]+): +(.*)");
    private static final Pattern TIMES = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) times\\b.*");
    private static final Set<String> NEEDED = Set.of("Serves", "Typical", "Writes");

    public WatchedQuery {
        requireNonNull(name, "name is null");
        requireNonNull(asks, "asks is null");
        requireNonNull(serves, "serves is null");
        requireNonNull(bound, "bound is null");
        preparation = List.copyOf(preparation);
        requireNonNull(sql, "sql is null");
    }

    /**
     * Parses the text of one file.
     *
     * @throws MalformedQueryException with everything that is wrong with the file
     */
    static WatchedQuery parse(String name, String text) {
        List<String> lines = text.lines().toList();
        List<String> comments =
                lines.stream().takeWhile(line -> line.startsWith("--")).toList();
        Map<String, String> entries = entries(comments);
        List<String> statements =
                statements(lines.stream().skip(comments.size()).collect(Collectors.joining("\n")));
        List<String> wrong = wrong(entries, statements);
        if (!wrong.isEmpty()) {
            throw new MalformedQueryException(name, wrong);
        }
        return new WatchedQuery(
                name,
                entries.get(""),
                entries.get("Serves"),
                entries.get("Writes").equals("yes"),
                Optional.ofNullable(entries.get("Bound")).map(WatchedQuery::times),
                "seldom".equals(entries.get("Called")),
                statements.subList(0, statements.size() - 1),
                statements.get(statements.size() - 1));
    }

    /** The text of the comments by name. Text before the first name has the empty name. */
    private static Map<String, String> entries(List<String> comments) {
        Map<String, String> entries = new LinkedHashMap<>();
        String current = "";
        for (String comment : comments) {
            String said = comment.substring(2).strip();
            Matcher entry = ENTRY.matcher(said);
            if (entry.matches()) {
                current = entry.group(1);
                said = entry.group(2);
            }
            entries.merge(current, said, (before, more) -> before + " " + more);
        }
        return entries;
    }

    private static List<String> statements(String text) {
        return Arrays.stream(text.split(";\\s*(?:\n|$)"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static List<String> wrong(Map<String, String> entries, List<String> statements) {
        List<String> wrong = new ArrayList<>();
        NEEDED.stream()
                .sorted()
                .filter(entry -> !entries.containsKey(entry))
                .forEach(entry -> wrong.add("the comments lack a line \"-- " + entry + ": ...\""));
        if (!Set.of("yes", "no").contains(entries.getOrDefault("Writes", "no"))) {
            wrong.add("Writes must be yes or no, not " + entries.get("Writes"));
        }
        if (!Set.of("often", "seldom").contains(entries.getOrDefault("Called", "often"))) {
            wrong.add("Called must be often or seldom, not " + entries.get("Called"));
        }
        if (entries.containsKey("Bound") && !TIMES.matcher(entries.get("Bound")).matches()) {
            wrong.add("Bound must begin with a number, as in \"2 times the work; why\", not " + entries.get("Bound"));
        }
        if (!entries.containsKey("")) {
            wrong.add("the first line is not a comment that says what the query asks");
        }
        if (statements.isEmpty()) {
            wrong.add("there is no statement");
        }
        return wrong;
    }

    private static double times(String bound) {
        Matcher times = TIMES.matcher(bound);
        return times.matches() ? Double.parseDouble(times.group(1)) : 1;
    }
}
