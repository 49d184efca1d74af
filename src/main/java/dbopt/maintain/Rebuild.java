package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.TerminalText;
import java.util.List;

/** An index to rebuild, and the signs that speak for it. */
record Rebuild(IndexState index, List<String> signs) {
    Rebuild {
        requireNonNull(index, "index is null");
        signs = List.copyOf(signs);
    }

    /** Bytes that it would free. */
    long gain() {
        return Math.max(index.bytes() - index.needed(), 0);
    }

    /** Bytes freed for each byte read and written. */
    double gainForWork() {
        return (double) gain() / (index.tableBytes() + index.needed() + 1);
    }

    String statement() {
        return statement(index.name());
    }

    static String statement(String index) {
        return "reindex index concurrently " + index;
    }

    /** The statement in one line, for people. */
    String shown() {
        return TerminalText.line(statement());
    }
}
