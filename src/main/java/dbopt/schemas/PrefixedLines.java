package dbopt.schemas;

import dbopt.terminal.Terminal;
import java.io.PrintWriter;
import java.io.Writer;

/** Prints the progress of one schema among many: each line begins with the schema's name, and stays on the terminal. */
final class PrefixedLines implements AutoCloseable {
    private final PrintWriter lines;
    private final Terminal told;

    PrefixedLines(Terminal terminal, String prefix) {
        StringBuilder line = new StringBuilder();
        this.lines = new PrintWriter(new Writer() {
            @Override
            public void write(char[] characters, int offset, int length) {
                line.append(characters, offset, length);
                for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
                    terminal.progress(prefix + line.substring(0, end).stripTrailing());
                    line.delete(0, end + 1);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        this.told = new Terminal(new PrintWriter(Writer.nullWriter()), lines, false);
    }

    /** The terminal that prints the progress of the schema. Results written to it are dropped. */
    Terminal terminal() {
        return told;
    }

    @Override
    public void close() {
        lines.close();
    }
}
