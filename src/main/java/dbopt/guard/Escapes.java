package dbopt.guard;

/** Reads what follows a backslash in a literal {@code E'...'}. */
final class Escapes {
    private static final String LETTERS = "bfnrt";
    private static final String CONTROLS = "\b\f\n\r\t";

    private Escapes() {}

    /** Appends the characters that the escape stands for, and returns the index of its last character in the script. */
    static int read(String script, int start, StringBuilder text) {
        char letter = start < script.length() ? script.charAt(start) : '\0';
        if (LETTERS.indexOf(letter) >= 0) {
            text.append(CONTROLS.charAt(LETTERS.indexOf(letter)));
            return start;
        }
        return switch (letter) {
            case 'x' -> number(script, start, start + 1, 2, 16, text);
            case 'u' -> number(script, start, start + 1, 4, 16, text);
            case 'U' -> number(script, start, start + 1, 8, 16, text);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> number(script, start, start, 3, 8, text);
            default -> {
                text.append(letter);
                yield start;
            }
        };
    }

    private static int number(String script, int letter, int start, int longest, int radix, StringBuilder text) {
        int end = start;
        int value = 0;
        while (end < Math.min(script.length(), start + longest) && Character.digit(script.charAt(end), radix) >= 0) {
            value = value * radix + Character.digit(script.charAt(end), radix);
            end++;
        }
        if (end == start || !Character.isValidCodePoint(value)) {
            text.append(script.charAt(letter));
            return letter;
        }
        text.appendCodePoint(value);
        return end - 1;
    }
}
