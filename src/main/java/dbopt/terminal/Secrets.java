package dbopt.terminal;

import java.util.regex.Pattern;

/** Takes passwords out of text that repeats what somebody typed. */
public final class Secrets {
    private static final Pattern BEFORE_HOST = Pattern.compile("(://[^:/?#\\s]*):\\S*@");
    private static final Pattern PARAMETER = Pattern.compile("(?i)(password=)[^&\\s'\"]*");

    private Secrets() {}

    /** The text with every password of an address as {@code ***}. */
    public static String masked(String text) {
        return PARAMETER
                .matcher(BEFORE_HOST.matcher(text).replaceAll("$1:***@"))
                .replaceAll("$1***");
    }
}
