package dbopt.files;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file as a whole or not at all: no reader ever sees half a file, even if the process is killed. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Fails if {@link #write} could not write the file. Commands call this before their work, so that no result is lost. */
    public static void requireWritable(Path file) throws IOException {
        if (RegularFile.isDeviceOrPipe(file)) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "it is a directory");
        }
        if (!Files.isDirectory(folder)) {
            throw new FileSystemException(file.toString(), null, "there is no folder " + folder);
        }
        if (!Files.isWritable(folder)) {
            throw new FileSystemException(folder.toString(), null, "this user is not allowed to write to " + folder);
        }
    }

    /** Writes the text to a temporary file in the same folder, then moves that file into place. A symbolic link stays a link. */
    public static void write(Path named, String text) throws IOException {
        requireWritable(named);
        // a device or a pipe, such as /dev/stdout, is written to directly: replacing it would create a file in its
        // place
        if (RegularFile.isDeviceOrPipe(named)) {
            Files.writeString(named, text, StandardOpenOption.WRITE);
            return;
        }
        Path file = Files.exists(named) ? named.toRealPath() : named;
        Path whole = file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".tmp");
        try {
            Files.writeString(whole, text);
            try {
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(whole);
        }
    }
}
