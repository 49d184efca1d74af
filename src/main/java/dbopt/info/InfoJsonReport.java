package dbopt.info;

import dbopt.terminal.JsonText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes the state of the migrations as one JSON object, for programs. */
final class InfoJsonReport {
    private InfoJsonReport() {}

    /** @param histories the schema history, or one for each schema */
    private record InfoObject(String database, List<HistoryObject> histories) {}

    /**
     * A schema history.
     *
     * @param schema the schema; empty if only one history is read
     * @param problem why the history cannot be read; the lists are empty then
     */
    private record HistoryObject(
            Optional<String> schema,
            List<MigrationObject> migrations,
            List<String> differences,
            Optional<String> problem) {}

    private record MigrationObject(
            Optional<String> version,
            String description,
            String state,
            String undoScript,
            Optional<Instant> installedOn,
            Optional<String> installedBy) {
        private static MigrationObject of(HistoryReport.Line line) {
            return new MigrationObject(
                    line.version(),
                    line.description(),
                    line.state(),
                    line.undoScript(),
                    line.installedOn(),
                    line.installedBy());
        }
    }

    /** A schema history, or why it cannot be read. */
    record Found(Optional<String> schema, Optional<HistoryReport> report, Optional<String> problem) {}

    /** @param all whether to write every entry, instead of only the last of each version */
    static String text(String database, List<Found> found, boolean all) {
        return JsonText.of(new InfoObject(
                database,
                found.stream()
                        .map(history -> new HistoryObject(
                                history.schema(),
                                history.report().stream()
                                        .flatMap(report -> report.lines(all).stream())
                                        .map(MigrationObject::of)
                                        .toList(),
                                history.report().map(HistoryReport::differences).orElse(List.of()),
                                history.problem()))
                        .toList()));
    }
}
