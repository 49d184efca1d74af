package dbopt.rehearse;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the indexes that an audit proposes to drop: those proven redundant, and those that its evidence shows to be unused. */
final class ProposedDrops {
    private ProposedDrops() {}

    /**
     * Returns the quoted names of the indexes from the output of {@code dbopt audit --format json}.
     *
     * @throws CommandFailure if the file cannot be read, or is not such an output
     */
    static List<String> in(Path file) {
        try {
            JsonNode report = JsonMapper.shared().readTree(BoundedFile.text(file));
            return Stream.concat(
                            report.required("redundantIndexes").valueStream(),
                            report.path("unusedIndexes").valueStream())
                    .map(ProposedDrops::name)
                    .toList();
        } catch (IOException e) {
            throw failure(file, FileProblem.of(e));
        } catch (JacksonException e) {
            throw failure(file, "it is not the output of dbopt audit --format json");
        }
    }

    private static String name(JsonNode index) {
        return quoted(index.required("schema").asString()) + "."
                + quoted(index.required("index").asString());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static CommandFailure failure(Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The audit " + file + " cannot be used: " + why
                        + ".\nNothing was rehearsed. Create it: dbopt audit --format json > " + file);
    }
}
