package dbopt.schemas;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Patterns of schema names: {@code *} matches any characters, {@code ?} matches one, and a backslash takes the next
 * character literally. All other characters, {@code _} and {@code %} too, stand for themselves.
 */
record SchemaPatterns(List<String> patterns) {
    private static final String SPECIAL = "*?,\\";

    SchemaPatterns {
        patterns = List.copyOf(patterns);
    }

    /** Reads patterns from options; each option is one pattern, or several separated by commas. */
    static SchemaPatterns of(List<String> options) {
        List<String> patterns = new ArrayList<>();
        for (String option : options) {
            StringBuilder pattern = new StringBuilder();
            for (int at = 0; at < option.length(); at++) {
                char character = option.charAt(at);
                if (character == ',') {
                    patterns.add(pattern.toString());
                    pattern.setLength(0);
                } else {
                    pattern.append(character);
                    if (character == '\\' && at + 1 < option.length()) {
                        pattern.append(option.charAt(++at));
                    }
                }
            }
            patterns.add(pattern.toString());
        }
        return new SchemaPatterns(
                patterns.stream().filter(pattern -> !pattern.isEmpty()).toList());
    }

    /** Returns the value of an option that matches exactly these names, quoted for a shell. */
    static String exactly(Collection<String> names) {
        return TerminalText.word(names.stream().map(SchemaPatterns::escaped).collect(joining(",")));
    }

    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder();
        name.chars().forEach(character -> {
            if (SPECIAL.indexOf(character) >= 0) {
                escaped.append('\\');
            }
            escaped.append((char) character);
        });
        return escaped.toString();
    }

    /** Returns the names that one of the patterns matches, in the order in which they are given. */
    List<String> among(List<String> names) {
        List<Pattern> compiled = patterns.stream().map(SchemaPatterns::compiled).toList();
        return names.stream()
                .filter(name -> compiled.stream()
                        .anyMatch(pattern -> pattern.matcher(name).matches()))
                .toList();
    }

    /** Returns the patterns that match none of the names. */
    List<String> withoutMatch(List<String> names) {
        return patterns.stream()
                .filter(pattern -> names.stream().noneMatch(compiled(pattern).asMatchPredicate()))
                .toList();
    }

    private static Pattern compiled(String pattern) {
        StringBuilder regular = new StringBuilder();
        for (int at = 0; at < pattern.length(); at++) {
            char character = pattern.charAt(at);
            if (character == '\\' && at + 1 < pattern.length()) {
                regular.append(Pattern.quote(pattern.substring(++at, at + 1)));
            } else {
                regular.append(
                        switch (character) {
                            case '*' -> ".*";
                            case '?' -> ".";
                            default -> Pattern.quote(String.valueOf(character));
                        });
            }
        }
        return Pattern.compile(regular.toString(), Pattern.DOTALL);
    }
}
