package dbopt.twin;

import static java.util.Objects.requireNonNull;

import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The folder of a twin, below the user's cache. Only this user can read it, since the statistics contain values of the data.
 * The folder is locked as long as its process lives; an unlocked folder was left behind by a killed process.
 */
final class TwinFolder implements AutoCloseable {
    private static final String PREFIX = "twin";
    private static final String LOCK = "lock";
    private static final Set<PosixFilePermission> FOR_THIS_USER_ALONE = PosixFilePermissions.fromString("rwx------");
    private static final int TRIES = 50;
    private static final long SECONDS_TO_END = 10;

    private final Path folder;
    private final FileChannel lock;

    private TwinFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Returns the folder of this program in the user's cache. */
    static Path cache(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache)).resolve("dbopt");
    }

    /** Removes what killed processes have left, including their servers, then creates a folder and locks it. */
    static TwinFolder make(Path cache) {
        try {
            Files.createDirectories(cache);
            if (isPosix()) {
                // the binaries in this folder are run, and the folder that they are unpacked into is writable by
                // everybody: only
                // these permissions protect them
                Files.setPosixFilePermissions(cache, FOR_THIS_USER_ALONE);
            }
            removeLeftovers(cache);
            Path folder = Files.createTempDirectory(cache, PREFIX, forThisUserAlone());
            FileChannel lock =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            requireNonNull(lock.tryLock(), "another process has locked a new folder");
            return new TwinFolder(folder, lock);
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "The twin cannot be put into " + cache + ": " + FileProblem.of(e)
                            + ".\nNothing was changed. Set XDG_CACHE_HOME to another folder.",
                    e);
        }
    }

    private static FileAttribute<?>[] forThisUserAlone() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FOR_THIS_USER_ALONE)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static void removeLeftovers(Path cache) throws IOException {
        List<Path> folders;
        try (Stream<Path> files = Files.list(cache)) {
            folders = files.filter(file -> file.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
        for (Path folder : folders) {
            if (Files.exists(folder.resolve(LOCK)) && isLeft(folder)) {
                endServer(folder.resolve("data"));
                delete(folder);
            }
        }
    }

    private static boolean isLeft(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this process holds the lock
        } catch (NoSuchFileException e) {
            return false; // another process is removing the folder
        }
    }

    /** Ends the server on this data directory if it still runs, and waits until it has ended. */
    static void endServer(Path data) throws IOException {
        Optional<ProcessHandle> server = server(data);
        if (server.isEmpty()) {
            return;
        }
        CompletableFuture<ProcessHandle> end = server.get().onExit();
        server.get().destroy();
        try {
            end.get(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            server.get().destroyForcibly();
        } catch (InterruptedException e) {
            server.get().destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Finds the server by the process ID that it has written. Another process may have this ID by now, so its command line
     * must name the data directory.
     */
    private static Optional<ProcessHandle> server(Path data) throws IOException {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                    .filter(process -> process.info().commandLine().orElse("").contains(data.toString()));
        } catch (NoSuchFileException | IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    Path path() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    @Override
    public void close() throws IOException {
        lock.close();
        delete(folder);
    }

    /** Deletes the folder, again if need be: processes of the server that are about to end may still write a file. */
    private static void delete(Path folder) throws IOException {
        for (int tries = 1; Files.exists(folder); tries++) {
            try {
                deleteOnce(folder);
            } catch (IOException e) {
                if (tries == TRIES) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
