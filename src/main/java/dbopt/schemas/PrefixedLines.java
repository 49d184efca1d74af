package dbopt.schemas;

import dbopt.terminal.Terminal;
import java.io.PrintWriter;
import java.io.Writer;

/** The progress of one schema among many: each line begins with its name, and none takes the place of another. */
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

    /** Whose progress it is; results written there are not told. */
    Terminal terminal() {
        return told;
    }

    @Override
    public void close() {
        lines.close();
    }
}
