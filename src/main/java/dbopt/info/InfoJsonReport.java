package dbopt.info;

import dbopt.terminal.JsonText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The state of the migrations for programs: one object. */
final class InfoJsonReport {
    private InfoJsonReport() {}

    /** @param histories one, or that of each schema */
    private record InfoObject(String database, List<HistoryObject> histories) {}

    /**
     * A schema history.
     *
     * @param schema that it is of, where several are looked at
     * @param problem why it cannot be read; then there is nothing else
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

    /** @param all every entry, or the last of each version */
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
