package dbopt.scaffold;

import static java.util.Objects.requireNonNull;

import dbopt.bundled.BundledSql;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A template of {@code db/scaffold}, in which {@code {{name}}} stands for a value. */
record ScriptTemplate(String text) {
    private static final Pattern NAME = Pattern.compile("\\{\\{(\\w+)}}");

    static ScriptTemplate of(String file) {
        return new ScriptTemplate(BundledSql.ofClassPath().read("db/scaffold/" + file));
    }

    /** Returns the text with these values, in which nothing is replaced again. */
    String with(Map<String, String> values) {
        return NAME.matcher(text)
                .replaceAll(name -> Matcher.quoteReplacement(
                        requireNonNull(values.get(name.group(1)), () -> "no value for " + name.group())));
    }
}
