package dbopt.terminal;

import java.util.regex.Pattern;

/** Masks passwords in text that repeats what a user typed. */
public final class Secrets {
    private static final Pattern BEFORE_HOST = Pattern.compile("(://[^:/?#\\s]*):\\S*@");
    private static final Pattern PARAMETER = Pattern.compile("(?i)(password=)[^&\\s'\"]*");

    private Secrets() {}

    /** Returns the text with {@code ***} in place of every password in an address. */
    public static String masked(String text) {
        return PARAMETER
                .matcher(BEFORE_HOST.matcher(text).replaceAll("$1:***@"))
                .replaceAll("$1***");
    }
}
