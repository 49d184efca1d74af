package dbopt.twin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Removes a twin after its process was killed, which then cannot do so itself. A shell reads from this process, which writes
 * nothing: the end of the input is the end of the process. Without a shell, the next rehearsal removes what is left.
 */
final class TwinRemover implements AutoCloseable {
    /**
     * The script that waits and removes. It checks that the server's process names the folder, since another process may
     * have the same ID by now.
     */
    private static final String SCRIPT =
            """
            trap '' INT TERM HUP
            cat > /dev/null
            [ -d "$1" ] || exit 0
            pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null)
            runs() { [ -n "$pid" ] && { cat "/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2> /dev/null | grep -qF -- "$1"; }
            runs "$1" && kill -QUIT "$pid"
            while runs "$1"; do sleep 1; done
            rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
            """;

    private final Optional<Process> shell;

    private TwinRemover(Optional<Process> shell) {
        this.shell = shell;
    }

    /** Starts the shell that waits for the end of this process. */
    static TwinRemover of(Path folder) {
        try {
            return new TwinRemover(Optional.of(new ProcessBuilder(
                            "sh", "-c", SCRIPT, "dbopt", folder.toAbsolutePath().toString())
                    // otherwise a reader of this process's output would also wait for the end of the shell
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()));
        } catch (IOException e) {
            return new TwinRemover(Optional.empty());
        }
    }

    /** Ends the shell, which removes the folder if it still exists. */
    @Override
    public void close() {
        shell.ifPresent(process -> {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                process.destroyForcibly();
            }
        });
    }
}
