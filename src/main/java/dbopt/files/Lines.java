package dbopt.files;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The lines of a file to which one is added now and then, in UTF-8. */
public final class Lines {
    private final InputStream file;
    private final int longest;
    private final byte[] read = new byte[1 << 16];
    private int from;
    private int to;

    /**
     * Of a file that the caller closes.
     *
     * @param longest how many bytes an entry has at most
     */
    public Lines(InputStream file, int longest) {
        this.file = requireNonNull(file, "file is null");
        this.longest = longest;
    }

    /**
     * The next line, or the beginning of one that is longer than any entry; null at the end. What a crash has left in place
     * of a letter spoils its line only.
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

    /** Whether there is more of the file to look at, which is read if need be. */
    private boolean more() throws IOException {
        if (from >= to) {
            from = 0;
            to = Math.max(0, file.read(read));
        }
        return to > 0;
    }
}
