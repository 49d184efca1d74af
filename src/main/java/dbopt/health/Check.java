package dbopt.health;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.GuidePage;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A question to the catalog: one SELECT in a file, whose header is a comment of {@code key: text} lines, up to the first
 * line without text. The query returns findings, with the columns severity, object, value, unit, detail and fix; no rows
 * mean that all is well.
 *
 * @param name the file's name without its suffix
 * @param severityRule when a finding has which severity, in words
 * @param why why a finding matters
 * @param whatToDo what to do about a finding
 * @param needs the name by which the query refers to the schema history, whatever the table is called in the database; empty
 *     if the query does not need the schema history
 */
record Check(
        String name,
        String title,
        String severityRule,
        String why,
        String whatToDo,
        Optional<String> needs,
        String sql) {
    private static final List<String> REQUIRED = List.of("title", "severity", "why", "do");
    private static final List<String> KEYS = List.of("title", "severity", "why", "do", "needs");

    Check {
        requireNonNull(name, "name is null");
        requireNonNull(title, "title is null");
        requireNonNull(severityRule, "severityRule is null");
        requireNonNull(why, "why is null");
        requireNonNull(whatToDo, "whatToDo is null");
        requireNonNull(needs, "needs is null");
        requireNonNull(sql, "sql is null");
    }

    /** Returns the guide page that explains the check, with an example. */
    String page() {
        return GuidePage.of(name);
    }

    /**
     * Parses a check from the text of its file.
     *
     * @throws IllegalArgumentException if a line of the header is missing
     */
    static Check parse(String name, String text) {
        Map<String, String> header = header(text);
        List<String> lacking = REQUIRED.stream()
                .filter(key -> !header.containsKey(key))
                .map(key -> "\"-- " + key + ": ...\"")
                .toList();
        if (!lacking.isEmpty()) {
            throw new IllegalArgumentException(name + ".sql: its header lacks " + String.join(", ", lacking));
        }
        return new Check(
                name,
                header.get("title"),
                header.get("severity"),
                header.get("why"),
                header.get("do"),
                Optional.ofNullable(header.get("needs")),
                text);
    }

    private static Map<String, String> header(String text) {
        Map<String, String> header = new LinkedHashMap<>();
        String key = "";
        Iterator<String> lines = text.lines().iterator();
        while (lines.hasNext()) {
            String line = lines.next();
            String content = line.startsWith("--") ? line.substring(2).strip() : "";
            if (content.isEmpty()) {
                return header;
            }
            Optional<String> started =
                    KEYS.stream().filter(each -> content.startsWith(each + ":")).findFirst();
            key = started.orElse(key);
            header.merge(
                    key,
                    started.map(each -> content.substring(each.length() + 1).strip())
                            .orElse(content),
                    (before, more) -> before + " " + more);
        }
        return header;
    }
}
