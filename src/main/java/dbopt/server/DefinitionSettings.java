package dbopt.server;

import static java.util.stream.Collectors.joining;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings on which the text of a definition depends, with the values under which dbopt prints and reads definitions.
 * The callbacks in {@code db/callback} pin the same settings.
 */
public final class DefinitionSettings {
    /** The pinned settings by name. Each has PostgreSQL's default value if there is one. */
    public static final Map<String, String> PINNED = pinned();

    private DefinitionSettings() {}

    /** Returns the statement that pins the settings until the transaction ends. */
    public static String pinnedInTransaction() {
        return PINNED.entrySet().stream()
                .map(setting ->
                        "pg_catalog.set_config('%s', '%s', true)".formatted(setting.getKey(), setting.getValue()))
                .collect(joining(", ", "select ", ""));
    }

    private static Map<String, String> pinned() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("search_path", "");
        settings.put("timezone", "UTC");
        settings.put("datestyle", "ISO, MDY");
        settings.put("intervalstyle", "postgres");
        settings.put("bytea_output", "hex");
        settings.put("quote_all_identifiers", "off");
        settings.put("extra_float_digits", "1");
        settings.put("standard_conforming_strings", "on");
        settings.put("xmlbinary", "base64");
        settings.put("xmloption", "content");
        settings.put("lc_monetary", "C");
        settings.put("array_nulls", "on");
        settings.put("transform_null_equals", "off");
        return Collections.unmodifiableMap(settings);
    }
}
