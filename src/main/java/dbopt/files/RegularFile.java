package dbopt.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that ends. A device or a pipe may not, and is not there to be added to. */
public final class RegularFile {
    private RegularFile() {}

    /**
     * Fails where something else has this name. There may be nothing yet.
     *
     * @throws FileSystemException when it is a device, a pipe or a socket
     */
    public static void require(Path file) throws FileSystemException {
        if (isDeviceOrPipe(file)) {
            throw new FileSystemException(file.toString(), null, "it is not a regular file");
        }
    }

    /** Whether something has this name that is neither a file nor a folder. */
    static boolean isDeviceOrPipe(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /** Opens it to be read. */
    public static InputStream read(Path file) throws IOException {
        require(file);
        return Files.newInputStream(file);
    }
}
