package dbopt.plans;

import dbopt.files.AtomicFile;
import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes a recording as a file of one JSON object, which names its format. */
final class RecordingFile {
    private static final String FORMAT = "dbopt plans 1";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private record Content(String format, Recording recording) {}

    private RecordingFile() {}

    static void write(Path file, Recording recording) {
        try {
            AtomicFile.write(file, MAPPER.writeValueAsString(new Content(FORMAT, recording)) + "\n");
        } catch (IOException e) {
            throw cannotBeWritten(file, e, "Nothing was changed in the database.");
        }
    }

    /** Fails if {@link #write} could not write the file. Commands call this before they measure. */
    static void requireWritable(Path file) {
        try {
            AtomicFile.requireWritable(file);
        } catch (IOException e) {
            throw cannotBeWritten(file, e, "No query was run, and nothing was changed.");
        }
    }

    static Recording read(Path file) {
        try {
            Content content = MAPPER.readValue(BoundedFile.text(file).replaceFirst("^\ufeff", ""), Content.class);
            if (content == null || content.recording() == null) {
                throw unusable(file, "it is not a recording");
            }
            if (!FORMAT.equals(content.format())) {
                throw unusable(
                        file, "its format is \"" + content.format() + "\", and this dbopt reads \"" + FORMAT + "\"");
            }
            return content.recording();
        } catch (IOException e) {
            throw unusable(file, FileProblem.of(e));
        } catch (JacksonException e) {
            throw unusable(file, "it is truncated, damaged, or not a recording" + place(e));
        }
    }

    /** Returns the line of a syntax error. Errors about limits, such as that of nesting, have no place. */
    private static String place(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + Math.max(1, e.getLocation().getLineNr()) + ")";
    }

    private static CommandFailure cannotBeWritten(Path file, IOException why, String done) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The plans cannot be written to " + file + ": " + FileProblem.of(why) + ".\n" + done,
                why);
    }

    private static CommandFailure unusable(Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "No plans to compare with in " + file + ": " + why
                        + ".\nNo query was run. Record them first: dbopt plans record " + file);
    }
}
