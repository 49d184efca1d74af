package dbopt.project;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the settings of Flyway and the data source from Spring Boot's application properties, except those in profiles. */
final class SpringSettings {
    private static final String FLYWAY = "spring.flyway.";
    private static final Pattern NEXT_DOCUMENT = Pattern.compile("(?m)^(?:[#!])?---.*$");
    private static final Pattern LINE = Pattern.compile("( *)(?:(- +)?([\\w.\\[\\]\"'-]+) *:(?: +(.*))?|- +(.*))");

    private record Level(int indent, String name) {}

    private SpringSettings() {}

    static Map<String, String> ofProperties(String text, Map<String, String> environment) {
        Map<String, String> all = new TreeMap<>();
        for (String document : NEXT_DOCUMENT.split(text, -1)) {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(document));
            } catch (IOException e) {
                throw new IllegalArgumentException(e);
            }
            Map<String, String> own = new TreeMap<>();
            properties.stringPropertyNames().stream()
                    .sorted()
                    .forEach(name -> own.merge(
                            name.replaceFirst("\\[\\d+]$", ""),
                            properties.getProperty(name).strip(),
                            (first, second) -> first + "," + second));
            addUnlessOfAProfile(all, own);
        }
        return settings(all, environment);
    }

    static Map<String, String> ofYaml(String text, Map<String, String> environment) {
        Map<String, String> all = new TreeMap<>();
        for (String document : NEXT_DOCUMENT.split(text, -1)) {
            addUnlessOfAProfile(all, flat(document));
        }
        return settings(all, environment);
    }

    private static void addUnlessOfAProfile(Map<String, String> all, Map<String, String> document) {
        if (!document.containsKey("spring.config.activate.on-profile") && !document.containsKey("spring.profiles")) {
            all.putAll(document);
        }
    }

    /** Returns the values of a YAML document, with nested names joined by dots. Other features of YAML are skipped. */
    private static Map<String, String> flat(String yaml) {
        Map<String, String> all = new TreeMap<>();
        Deque<Level> path = new ArrayDeque<>();
        for (String line : yaml.lines().toList()) {
            Matcher matcher = LINE.matcher(line.replaceFirst("(^|\\s)#.*$", "").stripTrailing());
            if (!matcher.matches()) {
                continue;
            }
            int indent = matcher.group(1).length();
            boolean isItem = matcher.group(3) == null || matcher.group(2) != null;
            while (!path.isEmpty()
                    && (isItem ? path.peek().indent() > indent : path.peek().indent() >= indent)) {
                path.pop();
            }
            if (isItem) {
                String item = matcher.group(3) == null
                        ? matcher.group(5)
                        : line.strip().replaceFirst("^- +", "");
                all.merge(name(path), scalar(item), (first, second) -> first + "," + second);
            } else {
                path.push(new Level(indent, matcher.group(3).replaceAll("[\"']", "")));
                if (matcher.group(4) != null && !matcher.group(4).isBlank()) {
                    all.put(name(path), scalar(matcher.group(4)));
                }
            }
        }
        return all;
    }

    private static String name(Deque<Level> path) {
        StringBuilder name = new StringBuilder();
        path.descendingIterator().forEachRemaining(level -> name.append(name.isEmpty() ? "" : ".")
                .append(level.name()));
        return name.toString();
    }

    private static String scalar(String value) {
        String text = value.strip();
        if (text.startsWith("[") && text.endsWith("]")) {
            return Arrays.stream(text.substring(1, text.length() - 1).split(","))
                    .map(SpringSettings::scalar)
                    .reduce((first, second) -> first + "," + second)
                    .orElse("");
        }
        return text.matches("(?s)\".*\"|'.*'") ? text.substring(1, text.length() - 1) : text;
    }

    private static Map<String, String> settings(Map<String, String> all, Map<String, String> environment) {
        Map<String, String> values = new TreeMap<>(all);
        values.putAll(environment);
        Map<String, String> settings = new TreeMap<>();
        // the application's own address, unless Flyway has another one
        put(settings, "flyway.url", all.get("spring.datasource.url"), values);
        put(settings, "flyway.user", all.get("spring.datasource.username"), values);
        put(settings, "flyway.password", all.get("spring.datasource.password"), values);
        all.forEach((name, value) -> {
            if (name.startsWith(FLYWAY)) {
                String own = KnownSettings.camelCase(name.substring(FLYWAY.length()))
                        .replace("transactionalLock", "transactional.lock")
                        .replace("initSqls", "initSql");
                put(settings, "flyway." + own, value, values);
            }
        });
        if (!Optional.ofNullable(settings.get("flyway.url")).orElse("").startsWith("jdbc:postgresql:")) {
            settings.keySet().removeAll(java.util.Set.of("flyway.url", "flyway.user", "flyway.password"));
        }
        return KnownSettings.among(settings);
    }

    private static void put(Map<String, String> settings, String name, String value, Map<String, String> values) {
        String known = value == null ? null : KnownSettings.resolved(value, values);
        if (known != null && !known.isBlank()) {
            settings.put(name, known);
        }
    }
}
