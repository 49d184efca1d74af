package dbopt.terminal;

import static java.util.Objects.requireNonNull;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.function.Consumer;

/**
 * The output of a command: results go to standard output, progress goes to standard error, where a terminal shows it as one
 * updating line.
 *
 * @param interactive whether standard error is a terminal
 */
public record Terminal(PrintWriter output, PrintWriter error, boolean interactive) {
    private static final String CLEAR_LINE = "\r\u001b[K";

    public Terminal {
        requireNonNull(output, "output is null");
        requireNonNull(error, "error is null");
    }

    /** Prints a part of the result. Control characters in the text are shown, not sent to the terminal. */
    public void result(String text) {
        styled(TerminalText.lines(text));
    }

    /**
     * Prints the result while {@code source} writes it, so that a result of any size fits, and a line break after it. Control
     * characters are shown, not sent to the terminal.
     */
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

    /**
     * Prints a part of the result that may hold colours. The caller has passed text from elsewhere through {@link
     * TerminalText}.
     */
    public void styled(String text) {
        if (!text.isEmpty()) {
            output.print(text.endsWith("\n") ? text : text + "\n");
            output.flush();
        }
    }

    /** Prints a line of progress that stays on the terminal. */
    public void progress(String line) {
        String printed = TerminalText.lines(line);
        error.println(interactive ? CLEAR_LINE + printed : printed);
        error.flush();
    }

    /**
     * Prints a line of progress that the next line replaces; if standard error is not a terminal, the line stays like any
     * other.
     */
    public void passing(String line) {
        if (interactive) {
            error.print(CLEAR_LINE + TerminalText.line(line));
            error.flush();
        } else {
            progress(line);
        }
    }

    /** Clears the line that {@link #passing} printed. */
    public void clear() {
        if (interactive) {
            error.print(CLEAR_LINE);
            error.flush();
        }
    }
}
