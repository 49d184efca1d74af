package dbopt.tenants;

import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The notes on a finding that is reported as one for several schemas: a note that all have appears once, and other notes as
 * examples.
 */
public final class AlikeNotes {
    private static final int EXAMPLES = 3;

    /** A number in a note, but not the digits of a name. */
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w\"$])[0-9][0-9.,:TZ-]*");

    private AlikeNotes() {}

    /**
     * Returns the notes that all findings share, followed by examples of the others.
     *
     * @param schema returns the schema of a finding
     */
    public static <T> List<String> of(Alike<T> alike, Function<T, String> schema, Function<T, List<String>> notes) {
        List<String> first = notes.apply(alike.first());
        if (!alike.isOfSeveral()) {
            return first;
        }
        Set<String> common = new LinkedHashSet<>(first);
        alike.findings().forEach(finding -> common.retainAll(notes.apply(finding)));
        Map<String, String> examples = new LinkedHashMap<>();
        for (T finding : alike.findings()) {
            notes.apply(finding).stream()
                    .filter(note -> !common.contains(note))
                    .forEach(note -> examples.putIfAbsent(
                            NUMBER.matcher(note).replaceAll("#"),
                            "in " + TerminalText.line(schema.apply(finding)) + ": " + note));
        }
        List<String> all = new ArrayList<>(common);
        examples.values().stream().limit(EXAMPLES).forEach(all::add);
        return all;
    }
}
