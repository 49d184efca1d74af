package dbopt.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of text with aligned columns. A heading that begins with {@code >} aligns its column to the right. */
public final class TextTable {
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    public TextTable(String... headings) {
        right = new boolean[headings.length];
        String[] names = new String[headings.length];
        for (int column = 0; column < headings.length; column++) {
            right[column] = headings[column].startsWith(">");
            names[column] = right[column] ? headings[column].substring(1) : headings[column];
        }
        rows.add(names);
    }

    /** Adds a row of as many cells as there are headings; each cell is printed as one line. */
    public void row(String... cells) {
        if (cells.length != right.length) {
            throw new IllegalArgumentException(cells.length + " cells for " + right.length + " columns");
        }
        rows.add(Arrays.stream(cells).map(TerminalText::line).toArray(String[]::new));
    }

    /** Returns the table as text; each line ends with a newline and has no trailing spaces. */
    public String text() {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                String padding = " ".repeat(widths[column] - row[column].length());
                line.append(right[column] ? padding + row[column] : row[column] + padding)
                        .append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
