package dbopt.fleet;

import static java.util.Comparator.comparing;
import static java.util.Comparator.nullsFirst;
import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.Count;
import dbopt.terminal.JsonText;
import dbopt.terminal.TextTable;
import java.io.Writer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;

/**
 * The results of many databases.
 *
 * @param entries the results, the worst first: databases without a report, then in the order of the view
 */
public record FleetReport<R>(List<FleetEntry<R>> entries, FleetView<R> view) {
    private static final int FINDINGS = 1;

    public FleetReport {
        requireNonNull(view, "view is null");
        entries = entries.stream()
                .sorted(comparing(FleetEntry<R>::report, emptiesFirst(view.worstFirst())))
                .toList();
    }

    private static <R> Comparator<Optional<R>> emptiesFirst(Comparator<R> worstFirst) {
        return comparing(report -> report.orElse(null), nullsFirst(worstFirst));
    }

    /** The reports of the databases that have one. */
    public Stream<R> reports() {
        return entries.stream().flatMap(entry -> entry.report().stream());
    }

    /** Whether a database has no report. */
    public boolean isIncomplete() {
        return entries.stream().anyMatch(entry -> entry.report().isEmpty());
    }

    /**
     * Returns the exit code of the process. A database without a report outweighs findings in the others.
     *
     * @param fails whether a report has a finding that the user wants to fail on
     */
    public int exitCode(Predicate<R> fails) {
        if (isIncomplete()) {
            return CommandFailure.Kind.UNREACHABLE.exitCode();
        }
        return reports().anyMatch(fails) ? FINDINGS : 0;
    }

    /** The number of databases, and of those without a report. */
    public String headline() {
        long without =
                entries.stream().filter(entry -> entry.report().isEmpty()).count();
        return Count.of(entries.size(), "database", "databases")
                + (without == 0 ? "" : ", " + without + " without a report");
    }

    /** A table with a line for each database, the worst first. */
    public String summary() {
        TextTable table = new TextTable("database", "result");
        entries.forEach(entry -> table.row(entry.name(), verdict(entry, view)));
        return headline() + "\n\n" + table.text();
    }

    static <R> String verdict(FleetEntry<R> entry, FleetView<R> view) {
        return entry.report()
                .map(view::verdict)
                .orElseGet(() -> "FAILED: " + entry.shortReason().orElse(""));
    }

    /** The summary, then the report of each database. */
    public String text(Function<R, String> details) {
        StringBuilder text = new StringBuilder(summary());
        for (FleetEntry<R> entry : entries) {
            text.append("\n== ").append(title(entry.database())).append("\n\n");
            text.append(
                    entry.report().map(details).orElseGet(() -> entry.reason().orElse("") + "\n"));
        }
        return text.toString();
    }

    private static String title(FleetDatabase database) {
        String where = database.address().display();
        return where.startsWith(database.name()) ? where : database.name() + " (" + where + ")";
    }

    /**
     * Writes a JSON list: for each database its name, its address, the reason if it has no report, and the report.
     *
     * @param details writes the report of one database
     */
    public void writeJson(Writer writer, BiConsumer<R, JsonGenerator> details) {
        try (JsonGenerator generator = JsonText.mapper()
                .writer()
                .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .createGenerator(writer)) {
            generator.writeStartArray();
            for (FleetEntry<R> entry : entries) {
                generator.writeStartObject();
                generator.writeStringProperty("name", entry.name());
                generator.writeStringProperty(
                        "database", entry.database().address().display());
                generator.writeStringProperty("failure", entry.reason().orElse(null));
                generator.writeName("report");
                entry.report().ifPresentOrElse(report -> details.accept(report, generator), generator::writeNull);
                generator.writeEndObject();
            }
            generator.writeEndArray();
        }
    }
}
