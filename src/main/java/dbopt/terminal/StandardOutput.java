package dbopt.terminal;

import dbopt.files.FileProblem;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The process's standard output, in UTF-8 whatever the locale. It remembers the first write that failed. */
public final class StandardOutput extends OutputStream {
    /** The exit code that a shell reports for a program that a closed pipe has ended: 128 plus the number of SIGPIPE. */
    private static final int CLOSED_PIPE = 141;

    private final OutputStream stream = new FileOutputStream(FileDescriptor.out);
    private Optional<IOException> failure = Optional.empty();

    public PrintWriter writer() {
        return new PrintWriter(this, false, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int character) throws IOException {
        write(new byte[] {(byte) character});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        try {
            stream.write(bytes, offset, length);
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /**
     * Returns the exit code of the process. A command whose result could not be written has not succeeded, although its changes
     * to the database are complete.
     *
     * @param exitCode the command's own exit code
     */
    public int exitCode(int exitCode, Terminal terminal) {
        terminal.output().flush();
        if (failure.isEmpty()) {
            return exitCode;
        }
        String why = FileProblem.of(failure.get());
        if (why.equals("Broken pipe")) {
            // the reader has closed the pipe on purpose: no message is needed
            return exitCode == 0 ? CLOSED_PIPE : exitCode;
        }
        terminal.progress("The output could not be written: " + why
                + ".\nThe output is incomplete. What the command changed in the database stays.");
        return exitCode > 1 ? exitCode : CommandFailure.Kind.FAILED.exitCode();
    }
}
