package dbopt.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Distinguishes regular files from devices, pipes and sockets, which may have no end and cannot be appended to. */
public final class RegularFile {
    private RegularFile() {}

    /**
     * Fails if something other than a regular file has this name. A name without a file passes.
     *
     * @throws FileSystemException if the name is that of a device, a pipe or a socket
     */
    public static void require(Path file) throws FileSystemException {
        if (isDeviceOrPipe(file)) {
            throw new FileSystemException(file.toString(), null, "it is not a regular file");
        }
    }

    /** Whether this name is that of a device, a pipe or a socket. */
    static boolean isDeviceOrPipe(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /** Opens the file for reading. */
    public static InputStream read(Path file) throws IOException {
        require(file);
        return Files.newInputStream(file);
    }
}
