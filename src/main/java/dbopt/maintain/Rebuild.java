package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.TerminalText;
import java.util.List;

/** An index to rebuild, with the signs of its bloat. */
record Rebuild(IndexState index, List<String> signs) {
    Rebuild {
        requireNonNull(index, "index is null");
        signs = List.copyOf(signs);
    }

    /** Returns the bytes that the rebuild would free. */
    long gain() {
        return Math.max(index.bytes() - index.needed(), 0);
    }

    /** Returns the bytes that the rebuild would free for each byte that is read or written. */
    double gainForWork() {
        return (double) gain() / (index.tableBytes() + index.needed() + 1);
    }

    String statement() {
        return statement(index.name());
    }

    static String statement(String index) {
        return "reindex index concurrently " + index;
    }

    /** Returns the statement in one line, for people. */
    String shown() {
        return TerminalText.line(statement());
    }
}
