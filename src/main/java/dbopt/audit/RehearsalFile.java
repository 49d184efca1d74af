package dbopt.audit;

import static java.util.Objects.requireNonNull;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.findings.AuditReport;
import dbopt.findings.EvidenceFindings;
import dbopt.findings.IndexName;
import dbopt.guard.QualifiedName;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of a rehearsal, which is the JSON of {@code dbopt rehearse}: how statements are planned without some indexes.
 *
 * @param statements the number of statements that were planned
 * @param uses the statements that use each index
 */
record RehearsalFile(int statements, Map<IndexName, Use> uses) {
    private static final int SHOWN = 60;

    private static final int NAMED = 5;

    /**
     * The statements that use an index.
     *
     * @param then the indexes that the planner uses instead, as schema and name
     */
    record Use(List<String> statements, List<String> then) {
        Use {
            statements = List.copyOf(statements);
            then = List.copyOf(then);
        }
    }

    RehearsalFile {
        uses = Map.copyOf(uses);
    }

    /**
     * Reads the file.
     *
     * @throws CommandFailure if the file cannot be read, or is not the output of a rehearsal
     */
    static RehearsalFile read(Path file) {
        requireNonNull(file, "file is null");
        try {
            JsonNode report = JsonMapper.shared().readTree(BoundedFile.text(file));
            Map<String, String> titles = new HashMap<>();
            report.required("statements")
                    .values()
                    .forEach(statement -> titles.put(
                            statement.required("statement").asString(),
                            title(
                                    statement.required("statement").asString(),
                                    statement.required("text").asString())));
            Map<IndexName, Use> uses = new HashMap<>();
            for (JsonNode use : report.required("indexes").values()) {
                QualifiedName name = QualifiedName.parse(use.required("index").asString())
                        .filter(parsed -> parsed.schema().isPresent())
                        .orElseThrow(() -> failure(file, "it names an index that does not exist"));
                uses.put(
                        new IndexName(name.schema().orElseThrow(), name.name()),
                        new Use(
                                texts(use.required("statements")).stream()
                                        .map(statement -> titles.getOrDefault(statement, statement))
                                        .toList(),
                                texts(use.required("then"))));
            }
            return new RehearsalFile(report.required("statements").size(), uses);
        } catch (IOException e) {
            throw failure(file, FileProblem.of(e));
        } catch (JacksonException e) {
            throw failure(file, "it is not the output of dbopt rehearse --format json");
        }
    }

    /**
     * Returns a title for the statement. The name of a counted statement is a number, which means nothing to people, so its
     * title is the beginning of its text.
     */
    private static String title(String name, String text) {
        if (!name.matches("-?[0-9]+")) {
            return name;
        }
        String line = TerminalText.line(text.replaceAll("\\s+", " ").strip());
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 3) + "...";
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    private static CommandFailure failure(Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The rehearsal " + file + " cannot be used: " + why
                        + ".\nNothing was changed. Create it: dbopt rehearse --format json > " + file);
    }

    /**
     * Returns a note for people on which statements use the index, and what they use instead; empty if the rehearsal did not
     * remove the index.
     *
     * @param keeper the index that is to serve the statements
     */
    Optional<String> note(String schema, String index, Optional<String> keeper) {
        return Optional.ofNullable(uses.get(new IndexName(schema, index)))
                .map(use -> use.statements().isEmpty()
                        ? "none of the " + statements + " rehearsed statements uses it"
                        : note(use, keeper.filter(name -> !use.then().contains(schema + "." + name))));
    }

    /**
     * Returns the note on an index that statements use.
     *
     * @param passedOver the keeper, if no statement uses it instead
     */
    private String note(Use use, Optional<String> passedOver) {
        return "%d of the %d rehearsed statements use%s it (%s); without it they use %s%s"
                .formatted(
                        use.statements().size(),
                        statements,
                        use.statements().size() == 1 ? "s" : "",
                        String.join(
                                        ", ",
                                        use.statements()
                                                .subList(
                                                        0,
                                                        Math.min(
                                                                NAMED,
                                                                use.statements().size())))
                                + (use.statements().size() > NAMED ? ", ..." : ""),
                        use.then().isEmpty() ? "no index in its place" : String.join(", ", use.then()),
                        passedOver.map(name -> ", and not " + name).orElse(""));
    }

    /** Returns the report with a note on each index that was rehearsed. */
    AuditReport addedTo(AuditReport report) {
        return new AuditReport(
                report.server(),
                report.scansCounted(),
                report.redundantIndexes().stream()
                        .map(index -> note(index.schema(), index.index(), Optional.of(index.coveredBy()))
                                .map(index::with)
                                .orElse(index))
                        .toList(),
                report.needsReview().stream()
                        .map(index -> note(index.schema(), index.index(), index.coveredBy())
                                .map(index::with)
                                .orElse(index))
                        .toList(),
                report.observed().map(this::addedTo),
                report.schemas(),
                report.sharded());
    }

    private EvidenceFindings addedTo(EvidenceFindings found) {
        return new EvidenceFindings(
                found.reviewed(),
                found.unused().stream()
                        .map(index -> note(index.schema(), index.index(), Optional.empty())
                                .map(index::with)
                                .orElse(index))
                        .toList(),
                found.excluded(),
                found.unknown(),
                found.usedElsewhere());
    }
}
