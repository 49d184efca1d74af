package dbopt.files;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a whole text in UTF-8, without the byte order mark that some editors put at its beginning. A file above the limit is
 * refused before it fills the memory.
 */
public final class BoundedFile {
    private static final int MEGABYTES = 16;
    private static final int BYTE_ORDER_MARK = '\ufeff';

    private BoundedFile() {}

    /** Opens the file for reading. Reading fails at the first byte above the limit. */
    public static Reader open(Path file) throws IOException {
        Reader reader = new BufferedReader(new InputStreamReader(
                new Bounded(Files.newInputStream(file), file), StandardCharsets.UTF_8.newDecoder()));
        try {
            reader.mark(1);
            if (reader.read() != BYTE_ORDER_MARK) {
                reader.reset();
            }
            return reader;
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    public static String text(Path file) throws IOException {
        try (Reader reader = open(file)) {
            return text(reader);
        }
    }

    /** Returns the rest of the text from the reader. */
    public static String text(Reader reader) throws IOException {
        StringWriter text = new StringWriter();
        reader.transferTo(text);
        return text.toString();
    }

    public static List<String> lines(Path file) throws IOException {
        return text(file).lines().toList();
    }

    private static final class Bounded extends FilterInputStream {
        private final Path file;
        private int left = MEGABYTES * 1024 * 1024;

        Bounded(InputStream stream, Path file) {
            super(stream);
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new FileSystemException(file.toString(), null, "it is larger than " + MEGABYTES + " MB");
            }
        }
    }
}
