package dbopt.terminal;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Text from elsewhere, such as a name in the database or another session's query, made fit for a terminal: a character that
 * would move the cursor, colour what follows or reverse the reading order is shown by its number, not sent.
 */
public final class TerminalText {
    private static final int MOST_LINES = 100;
    private static final int LONGEST_LINE = 400;

    private TerminalText() {}

    /** Returns the text as one line, in which line breaks and tabs are shown by their number too. */
    public static String line(String text) {
        return shown(text, character -> false);
    }

    /** Returns the text with its line breaks and tabs as they are. */
    public static String lines(String text) {
        return shown(text.replace("\r\n", "\n"), character -> character == '\n' || character == '\t');
    }

    /** Breaks the text between words into lines of at most {@code width} characters; a longer word has a line of its own. */
    public static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int end = rest.lastIndexOf(' ', Math.max(0, width));
            end = end > 0 ? end : rest.indexOf(' ');
            if (end <= 0) {
                break;
            }
            lines.add(rest.substring(0, end));
            rest = rest.substring(end + 1);
        }
        lines.add(rest);
        return lines;
    }

    /** Returns the text as one word of a command line, quoted if a shell would split or interpret it. */
    public static String word(String text) {
        String line = line(text);
        return line.matches("[\\p{L}\\p{N}_.@%+=:,/-]+") ? line : "'" + line.replace("'", "'\\''") + "'";
    }

    /**
     * Returns the first 100 of the lines for a message, indented and shortened to 400 characters each, and how many more there
     * are.
     */
    public static String some(List<String> lines) {
        return some(lines, MOST_LINES);
    }

    /**
     * Returns the first {@code most} of the lines, indented and shortened to 400 characters each, and how many more there are.
     */
    public static String some(List<String> lines, int most) {
        String shown = lines.stream()
                .limit(most)
                .map(line -> "  " + (line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + " ..." : line))
                .collect(joining("\n"));
        return lines.size() > most ? shown + "\n  and " + (lines.size() - most) + " more" : shown;
    }

    private static String shown(String text, IntPredicate sent) {
        int first = 0;
        while (first < text.length() && (!acts(text.charAt(first)) || sent.test(text.charAt(first)))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.substring(0, first));
        text.substring(first).chars().forEach(character -> {
            if (sent.test(character) || !acts(character)) {
                shown.append((char) character);
            } else {
                shown.append(String.format(Locale.ROOT, "\\u%04x", character));
            }
        });
        return shown.toString();
    }

    /**
     * Whether a terminal acts on the character: a control character, or one that embeds, overrides or isolates a reading order.
     */
    private static boolean acts(int character) {
        return character < ' '
                || (character >= 0x7f && character <= 0x9f)
                || (character >= 0x202a && character <= 0x202e)
                || (character >= 0x2066 && character <= 0x2069);
    }
}
