package dbopt.twin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Removes a twin when the process that made it was killed, which itself can do nothing then. It is a shell that reads from this
 * process, which writes nothing: the end of what there is to read is the end of this process. Where there is no shell, the next
 * rehearsal removes what is left.
 */
final class TwinRemover implements AutoCloseable {
    /** The server's number is another process's by now, unless that one names these data. */
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

    /** Begins to wait for the end of this process. */
    static TwinRemover of(Path folder) {
        try {
            return new TwinRemover(Optional.of(new ProcessBuilder(
                            "sh", "-c", SCRIPT, "dbopt", folder.toAbsolutePath().toString())
                    // whoever reads what this process prints does not wait for it
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()));
        } catch (IOException e) {
            return new TwinRemover(Optional.empty());
        }
    }

    /** Ends the remover, after the folder is gone. */
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
