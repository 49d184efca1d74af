package dbopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A small file system that can be full; only root can have one. */
public final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTE = 1 << 20;

    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /**
     * Mounts one; the test is skipped where that cannot be done.
     *
     * @param size in the words of mount, such as 48m
     */
    public static SmallDisk in(Path folder, String size) throws IOException {
        Path small = Files.createTempDirectory(folder, "small");
        assumeTrue(
                isDone("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", small.toString()),
                "a small file system can be mounted (by root)");
        return new SmallDisk(small);
    }

    /** Where it is mounted. */
    public Path path() {
        return path;
    }

    /** Writes until there is no room left. */
    public void fill() {
        byte[] chunk = new byte[MEGABYTE];
        for (int size = MEGABYTE; size >= 1; size /= 4) {
            try (OutputStream file =
                    Files.newOutputStream(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    file.write(chunk, 0, size);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }
    }

    /** Deletes the file that filled the disk. */
    public void empty() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return path.resolve("ballast");
    }

    @Override
    public void close() {
        assertThat(isDone("umount", path.toString())).isTrue();
    }

    /** Runs a program; returns whether it succeeded. */
    public static boolean isDone(String... program) {
        try {
            return new ProcessBuilder(program).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
