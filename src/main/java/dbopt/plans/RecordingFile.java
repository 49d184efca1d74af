package dbopt.plans;

import dbopt.database.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A recording as a file: one JSON object, which says what it is. */
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
            Files.writeString(file, MAPPER.writeValueAsString(new Content(FORMAT, recording)) + "\n");
        } catch (IOException e) {
            throw cannotBeWritten(file, e.toString());
        }
    }

    /** Fails before anything is measured, where the file could not be written afterwards. */
    static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw cannotBeWritten(file, "there is no folder " + folder);
        }
        if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw cannotBeWritten(file, "it is a folder, or may not be written to");
        }
    }

    static Recording read(Path file) {
        try {
            Content content = MAPPER.readValue(Files.readString(file), Content.class);
            if (content == null || !FORMAT.equals(content.format()) || content.recording() == null) {
                throw unusable(file, "it is not in the format \"" + FORMAT + "\"");
            }
            return content.recording();
        } catch (NoSuchFileException e) {
            throw unusable(file, "there is no such file");
        } catch (IOException e) {
            throw unusable(file, "it cannot be read as text (" + e.getClass().getSimpleName() + ")");
        } catch (JacksonException e) {
            throw unusable(file, "it is broken, or not a recording (" + firstLine(e.getOriginalMessage()) + ")");
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static CommandFailure cannotBeWritten(Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The plans cannot be written to " + file + ": " + why
                        + ".\nNo query was run, and nothing was changed.");
    }

    private static CommandFailure unusable(Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "There are no plans to compare with in " + file + ": " + why
                        + ".\nNo query was run. Record them first: dbopt plans record " + file);
    }
}
