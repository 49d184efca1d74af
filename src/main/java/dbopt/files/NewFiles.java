package dbopt.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Creates several files together: all of them or none. No existing file is overwritten. */
public final class NewFiles {
    private final List<Path> made = new ArrayList<>();

    private NewFiles() {}

    /**
     * Writes the texts, and creates the folders that they need.
     *
     * @throws FileAlreadyExistsException if one of the files exists already; the files created before it are removed
     * @throws IOException if a file cannot be written; the failures to remove the others are suppressed exceptions
     */
    public static void write(Map<Path, String> texts, Charset encoding) throws IOException {
        // all texts are encoded before a file is created: a letter that the encoding lacks then leaves nothing behind
        Map<Path, ByteBuffer> files = new LinkedHashMap<>();
        for (Map.Entry<Path, String> text : texts.entrySet()) {
            files.put(text.getKey(), encoding.newEncoder().encode(CharBuffer.wrap(text.getValue())));
        }
        NewFiles written = new NewFiles();
        try {
            for (Map.Entry<Path, ByteBuffer> file : files.entrySet()) {
                written.write(file.getKey(), file.getValue());
            }
        } catch (IOException e) {
            written.remove(e);
            throw e;
        }
    }

    private void write(Path file, ByteBuffer text) throws IOException {
        makeFolder(file.toAbsolutePath().getParent());
        try (OutputStream stream =
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            made.add(file);
            stream.write(text.array(), text.arrayOffset(), text.limit());
        }
    }

    private void makeFolder(Path folder) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            makeFolder(folder.getParent());
            Files.createDirectory(folder);
            made.add(folder);
        }
    }

    private void remove(IOException reason) {
        for (int last = made.size() - 1; last >= 0; last--) {
            try {
                Files.deleteIfExists(made.get(last));
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
