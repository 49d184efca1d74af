package dbopt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The document that holds the last measured table, between two comments: no figure there is typed by hand. */
final class Benchmarks {
    static final String FILE = "dev/guides/BENCHMARKS.md";

    private static final String BEGIN = "<!-- scripts/bench --write: begin -->\n";
    private static final String END = "<!-- scripts/bench --write: end -->\n";

    private Benchmarks() {}

    static void write(String table) throws IOException {
        Path file = Path.of(FILE);
        Files.writeString(file, with(Files.readString(file), table));
    }

    /** The document with this table in place of the one that it holds. */
    static String with(String document, String table) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(FILE + " lacks the comments that the table goes between: " + BEGIN + END);
        }
        return document.substring(0, begin + BEGIN.length()) + "\n" + table + "\n" + document.substring(end);
    }
}
