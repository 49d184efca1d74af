package dbopt.terminal;

import dbopt.files.FileProblem;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The process's standard output, in UTF-8 whatever the locale. It remembers that something could not be written. */
public final class StandardOutput extends OutputStream {
    /** As the shell counts a program that a closed pipe has ended: 128 and the number of SIGPIPE. */
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
     * How the process ends. A result that could not be written is not a success. What the command did in the database it has
     * done to its end.
     *
     * @param exitCode how the command ended
     */
    public int exitCode(int exitCode, Terminal terminal) {
        terminal.output().flush();
        if (failure.isEmpty()) {
            return exitCode;
        }
        String why = FileProblem.of(failure.get());
        if (why.equals("Broken pipe")) {
            // whoever read has seen enough, and says nothing about it
            return exitCode == 0 ? CLOSED_PIPE : exitCode;
        }
        terminal.progress("The output could not be written: " + why
                + ".\nWhat was written is not all of it. What the command changed in the database stays.");
        return exitCode > 1 ? exitCode : CommandFailure.Kind.FAILED.exitCode();
    }
}
