package dbopt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Flyway at work in a process of its own. */
public final class FlywayProcess {
    private final Process process;
    private final UnaryOperator<String> tidied;

    FlywayProcess(Process process, UnaryOperator<String> tidied) {
        this.process = process;
        this.tidied = tidied;
    }

    /** Kills the process and its children as {@code kill -9} does; returns when they have ended. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        waitFor();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end. */
    public FlywayRun result() {
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            return new FlywayRun(waitFor(), tidied.apply(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int waitFor() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
