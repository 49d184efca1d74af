package dbopt.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in plain words why a file cannot be read or written. */
public final class FileProblem {
    private FileProblem() {}

    /** Returns the reason as a clause that follows a colon, such as "there is no such file or folder". */
    public static String of(IOException exception) {
        if (exception instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (exception instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        }
        if (exception instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (exception instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        String reason = exception instanceof FileSystemException problem ? problem.getReason() : exception.getMessage();
        return reason == null ? exception.getClass().getSimpleName() : reason.replaceFirst("^Is a", "it is a");
    }
}
