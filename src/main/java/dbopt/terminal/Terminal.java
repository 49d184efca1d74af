package dbopt.terminal;

import static java.util.Objects.requireNonNull;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.function.Consumer;

/**
 * Where a command writes: results to standard output; progress to standard error, on a terminal as one updating line.
 *
 * @param interactive whether standard error is a terminal
 */
public record Terminal(PrintWriter output, PrintWriter error, boolean interactive) {
    private static final String CLEAR_LINE = "\r\u001b[K";

    public Terminal {
        requireNonNull(output, "output is null");
        requireNonNull(error, "error is null");
    }

    /** A part of the result. Whatever it holds, none of it acts on a terminal. */
    public void result(String text) {
        styled(TerminalText.lines(text));
    }

    /** The result as it is written, however much it is, and a line break. Whatever it holds, none of it acts on a terminal. */
    public void result(Consumer<Writer> source) {
        source.accept(new FilterWriter(output) {
            @Override
            public void write(char[] characters, int offset, int length) throws IOException {
                out.write(TerminalText.lines(new String(characters, offset, length)));
            }

            @Override
            public void write(String text, int offset, int length) throws IOException {
                out.write(TerminalText.lines(text.substring(offset, offset + length)));
            }
        });
        output.print("\n");
        output.flush();
    }

    /** A part of the result in colours; its maker has made {@link TerminalText} what it did not make itself. */
    public void styled(String text) {
        if (!text.isEmpty()) {
            output.print(text.endsWith("\n") ? text : text + "\n");
            output.flush();
        }
    }

    /** A line that stays. */
    public void progress(String line) {
        String printed = TerminalText.lines(line);
        error.println(interactive ? CLEAR_LINE + printed : printed);
        error.flush();
    }

    /** A line that the next one replaces; elsewhere than on a terminal it is a line like any other. */
    public void passing(String line) {
        if (interactive) {
            error.print(CLEAR_LINE + TerminalText.line(line));
            error.flush();
        } else {
            progress(line);
        }
    }

    /** Takes away the passing line. */
    public void clear() {
        if (interactive) {
            error.print(CLEAR_LINE);
            error.flush();
        }
    }
}
