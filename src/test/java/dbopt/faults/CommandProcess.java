package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.DboptProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.OS;

/** A run of dbopt in a process of its own, to be killed. */
final class CommandProcess {
    /** The exit code of a process that {@code kill -9} ended, or what Windows has in its place. */
    static final int KILLED = OS.current() == OS.WINDOWS ? 1 : 128 + 9;

    /** The exit code of a process that Ctrl-C ended. */
    static final int INTERRUPTED = 128 + 2;

    private final Process process;
    private final Path temporary;

    private CommandProcess(Process process, Path temporary) {
        this.process = process;
        this.temporary = temporary;
    }

    static CommandProcess start(Path project, Map<String, String> environment, List<String> arguments) {
        try {
            return start(project, Files.createTempDirectory("faults"), environment, arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CommandProcess start(
            Path project, Path temporary, Map<String, String> environment, List<String> arguments) throws IOException {
        // a background process of a shell ignores SIGINT
        List<String> program =
                new ArrayList<>(OS.current() == OS.WINDOWS ? List.of() : List.of("env", "--default-signal=INT"));
        program.addAll(DboptProgram.of(
                List.of("-XX:-UsePerfData", "-Djava.io.tmpdir=" + temporary), arguments.toArray(String[]::new)));
        ProcessBuilder builder = new ProcessBuilder(program)
                .directory(project.toAbsolutePath().toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("FLYWAY_"));
        builder.environment().putAll(environment);
        return new CommandProcess(builder.start(), temporary);
    }

    /** Kills the process as {@code kill -9} does; returns when it has ended. */
    void kill() {
        process.toHandle().destroyForcibly(); // Process itself would close the output that is still to be read
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends the process the signal of Ctrl-C. */
    void interrupt() {
        try {
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end of the process; returns its exit code and output, and deletes its temporary files. */
    CommandRun result() {
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            try (Stream<Path> files = Files.list(temporary)) {
                assertThat(files).as("temporary files that it left").isEmpty();
            }
            Files.delete(temporary);
            return new CommandRun(process.waitFor(), "", text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
