package dbopt.project;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Flyway's settings and its environment from a {@code flyway.toml}. Tables, strings, booleans and lists are understood. */
final class TomlSettings {
    private static final Pattern TABLE = Pattern.compile("\\[([^\\[\\]]+)]");
    private static final Pattern PAIR = Pattern.compile("([\\w.\"'-]+)\\s*=\\s*(\\S.*)", Pattern.DOTALL);
    private static final Pattern VALUE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|([^\\s,\\[\\]{}\"']+)");

    private TomlSettings() {}

    /**
     * Parses the text of a {@code flyway.toml}.
     *
     * @throws IllegalArgumentException naming the first line that is not understood
     */
    static Map<String, String> of(String text) {
        Map<String, String> all = new TreeMap<>();
        String table = "";
        StringBuilder open = new StringBuilder();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = withoutComment(line).strip();
            open.append(open.isEmpty() || content.isEmpty() ? "" : " ").append(content);
            if (open.isEmpty() || opens(open.toString())) {
                continue;
            }
            String statement = open.toString();
            open.setLength(0);
            Matcher header = TABLE.matcher(statement);
            Matcher pair = PAIR.matcher(statement);
            if (header.matches()) {
                table = unquoted(header.group(1)) + ".";
            } else if (pair.matches()) {
                put(all, table + unquoted(pair.group(1)), pair.group(2).strip());
            } else if (!statement.startsWith("[[")) {
                throw new IllegalArgumentException("line %d is not understood: %s".formatted(number, line.strip()));
            }
        }
        return KnownSettings.among(withEnvironment(all));
    }

    private static void put(Map<String, String> all, String key, String value) {
        if (value.startsWith("{") && value.endsWith("}")) {
            for (String pair : value.substring(1, value.length() - 1).split(",", -1)) {
                Matcher inner = PAIR.matcher(pair.strip());
                if (inner.matches()) {
                    put(
                            all,
                            key + "." + unquoted(inner.group(1)),
                            inner.group(2).strip());
                }
            }
            return;
        }
        List<String> values = new ArrayList<>();
        Matcher one = VALUE.matcher(value);
        while (one.find()) {
            values.add(
                    one.group(1) != null
                            ? one.group(1).replaceAll("\\\\(.)", "$1")
                            : one.group(2) != null ? one.group(2) : one.group(3));
        }
        all.put(key, String.join(",", values));
    }

    /**
     * Returns the settings, to which those of the selected environment are added under Flyway's names. Flyway's own settings
     * override them.
     */
    private static Map<String, String> withEnvironment(Map<String, String> all) {
        Map<String, String> settings = new TreeMap<>();
        String environment = "environments." + all.getOrDefault("flyway.environment", "default") + ".";
        all.forEach((name, value) -> {
            if (name.startsWith(environment)) {
                settings.put("flyway." + name.substring(environment.length()), value);
            }
        });
        settings.putAll(all);
        return settings;
    }

    /** Whether a list or an inline table continues in the next line. */
    private static boolean opens(String statement) {
        int depth = 0;
        for (char character :
                statement.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'", "").toCharArray()) {
            depth += character == '[' || character == '{' ? 1 : character == ']' || character == '}' ? -1 : 0;
        }
        return depth > 0;
    }

    private static String withoutComment(String line) {
        Matcher matcher = Pattern.compile("^((?:[^\"'#]|\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*')*)#.*$")
                .matcher(line);
        return matcher.matches() ? matcher.group(1) : line;
    }

    private static String unquoted(String key) {
        return key.replaceAll("[\"']", "").strip();
    }
}
