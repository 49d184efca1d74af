package dbopt.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The lines of a file to which one is added now and then, in UTF-8. */
public final class Lines {
    private Lines() {}

    /**
     * The next line, or the beginning of one that is longer than any entry; null at the end. What a crash has left in place
     * of a letter spoils its line only.
     *
     * @param longest how many bytes an entry has at most
     */
    public static String next(InputStream file, int longest) throws IOException {
        int next = file.read();
        if (next < 0) {
            return null;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        for (; next >= 0 && next != '\n'; next = file.read()) {
            if (line.size() < longest) {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
