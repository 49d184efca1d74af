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

/** All the indexes that an audit proposes to drop: what it has proven redundant, and by its evidence unused. */
final class ProposedDrops {
    private ProposedDrops() {}

    /**
     * Their names for SQL, from what {@code dbopt audit --format json} has printed.
     *
     * @throws CommandFailure when the file cannot be read, or is something else
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
