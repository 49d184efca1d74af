package dbopt.files;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads the lines of a UTF-8 file to which lines are appended from time to time. */
public final class Lines {
    private final InputStream file;
    private final int longest;
    private final byte[] read = new byte[1 << 16];
    private int from;
    private int to;

    /**
     * Creates a reader of the lines of a file, which the caller closes.
     *
     * @param longest the most bytes that a line can have; the rest of a longer line is dropped
     */
    public Lines(InputStream file, int longest) {
        this.file = requireNonNull(file, "file is null");
        this.longest = longest;
    }

    /**
     * Returns the next line, cut to the longest length; null at the end of the file. Bytes that are not UTF-8, as a crash
     * can leave them, spoil only their own line.
     */
    public String next() throws IOException {
        if (!more()) {
            return null;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        do {
            int end = from;
            while (end < to && read[end] != '\n') {
                end++;
            }
            line.write(read, from, Math.min(end - from, longest - line.size()));
            from = end + 1;
            if (end < to) {
                break;
            }
        } while (more());
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Whether the file has unread bytes; fills the buffer if it is empty. */
    private boolean more() throws IOException {
        if (from >= to) {
            from = 0;
            to = Math.max(0, file.read(read));
        }
        return to > 0;
    }
}
