package dbopt.info;

import static java.util.stream.Collectors.toMap;

import dbopt.guard.GuardedDrop;
import dbopt.history.HistoryComparison;
import dbopt.history.MigrationMatch;
import dbopt.project.Drops;
import dbopt.project.Judgements;
import dbopt.terminal.TerminalText;
import dbopt.terminal.TextTable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The migrations of a schema history and their states, for people to read.
 *
 * @param migrations what Flyway's {@code info} returns, without undo scripts
 * @param undoScripts the description of each version's undo script
 * @param drops the guarded drops among the migrations, by version
 */
record HistoryReport(
        List<MigrationInfo> migrations,
        Map<MigrationVersion, String> undoScripts,
        HistoryComparison comparison,
        Map<MigrationVersion, GuardedDrop> drops) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    HistoryReport {
        migrations = List.copyOf(migrations);
        undoScripts = Map.copyOf(undoScripts);
        drops = Collections.unmodifiableMap(new TreeMap<>(drops));
    }

    static HistoryReport of(Configuration configuration, MigrationInfo... infos) {
        List<MigrationInfo> migrations = new ArrayList<>();
        Map<MigrationVersion, String> undoScripts = new LinkedHashMap<>();
        for (MigrationInfo info : infos) {
            if (info.getType().isUndo()) {
                undoScripts.put(info.getVersion(), info.getDescription());
            } else if (info.getState() != MigrationState.BASELINE_IGNORED) {
                // the baseline has a row of its own, which stands for the migrations below it
                migrations.add(info);
            }
        }
        return new HistoryReport(
                migrations, undoScripts, HistoryComparison.of(configuration, infos), Drops.of(configuration));
    }

    /** @param all whether to show every entry, instead of only the last of each version */
    String text(boolean all) {
        TextTable table = new TextTable("version", "description", "state", "undo script", "installed on", "by");
        for (Line line : lines(all)) {
            table.row(
                    line.version().orElse(""),
                    line.description(),
                    line.state(),
                    line.undoScript(),
                    line.installedOn().map(TIME::format).orElse(""),
                    line.installedBy().orElse(""));
        }
        return table.text() + judgements() + differencesText();
    }

    /**
     * A migration and its state.
     *
     * @param version the version; empty for a repeatable migration
     * @param undoScript whether the migration has an undo script: {@code yes}, {@code no}, or {@code another's} if the
     *     script belongs to another migration
     */
    record Line(
            Optional<String> version,
            String description,
            String state,
            String undoScript,
            Optional<Instant> installedOn,
            Optional<String> installedBy) {}

    /** @param all whether to return every entry, instead of only the last of each version */
    List<Line> lines(boolean all) {
        Map<Integer, MigrationMatch> matches =
                comparison.rows().stream().collect(toMap(row -> row.applied().getInstalledRank(), Function.identity()));
        return (all ? every() : latest())
                .stream().map(entry -> line(entry, matches)).toList();
    }

    private Line line(Entry entry, Map<Integer, MigrationMatch> matches) {
        MigrationInfo written = entry.written();
        return new Line(
                Optional.ofNullable(written.getVersion()).map(MigrationVersion::toString),
                written.getDescription(),
                entry.state(),
                undoScript(written, Optional.ofNullable(matches.get(written.getInstalledRank()))),
                Optional.ofNullable(written.getInstalledOn()).map(Date::toInstant),
                Optional.ofNullable(written.getInstalledBy()));
    }

    /** Names the drops that are based on a person's judgement, and the reasons. */
    private String judgements() {
        Judgements judgements = new Judgements();
        drops.values().forEach(drop -> judgements.add(drop.index(), drop.basis()));
        return judgements.text();
    }

    private String undoScript(MigrationInfo migration, Optional<MigrationMatch> match) {
        String undone = migration.getVersion() == null ? null : undoScripts.get(migration.getVersion());
        if (undone == null) {
            return "no";
        }
        return match.isEmpty()
                        || (comparison.local().letsPass(match.get())
                                && match.get().isUndoneBy(undone))
                ? "yes"
                : "another's";
    }

    /** The state of each migration, as in the table. */
    List<String> states() {
        return latest().stream().map(Entry::state).toList();
    }

    /** Whether the scripts here differ from those that were applied. */
    boolean isOfOtherScripts() {
        return !differences().isEmpty();
    }

    /** The differences between the scripts here and those that were applied. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        for (MigrationMatch row : comparison.rows()) {
            String undone = undoScripts.get(row.applied().getVersion());
            if (!comparison.local().letsPass(row)) {
                differences.add(row.difference());
            } else if (undone != null && !row.isUndoneBy(undone)) {
                differences.add("the undo script of V%s, \"%s\", is not that of %s"
                        .formatted(
                                row.applied().getVersion(),
                                TerminalText.line(undone),
                                TerminalText.line(row.applied().getScript())));
            }
        }
        return differences;
    }

    private String differencesText() {
        List<String> differences = differences();
        if (differences.isEmpty()) {
            return "";
        }
        String headline = comparison.belongsToAnotherProject()
                ? "This schema history belongs to another project%s: check the address of the database, and the folder (--project DIR)."
                        .formatted(comparison.hasCommon() ? ", or to another version of this one" : "")
                : "The scripts here are not those that were applied; migrate and undo refuse until they are:";
        return headline + "\n" + TerminalText.some(differences) + "\n";
    }

    private List<Entry> every() {
        return migrations.stream().map(info -> new Entry(info, info)).toList();
    }

    private List<Entry> latest() {
        Map<String, Entry> latest = new LinkedHashMap<>();
        for (MigrationInfo info : migrations) {
            String key = info.getVersion() == null
                    ? "R " + info.getDescription()
                    : "V " + (info.getType().isBaseline() ? "baseline " : "") + info.getVersion();
            Entry before = latest.get(key);
            boolean pendingAgain = before != null && info.getInstalledOn() == null;
            latest.put(key, new Entry(pendingAgain ? before.written() : info, info));
        }
        return List.copyOf(latest.values());
    }

    /**
     * A row of the table.
     *
     * @param written the last entry of the migration that the schema history has
     * @param last the current entry, which is a pending one if the migration will be applied again
     */
    private record Entry(MigrationInfo written, MigrationInfo last) {
        String state() {
            return written == last ? state(last.getState()) : state(written.getState()) + ", " + state(last.getState());
        }

        /**
         * Names the state. An undo is recorded as a deletion, which every edition of Flyway can read; the report calls it
         * undone.
         */
        private static String state(MigrationState state) {
            return state == MigrationState.DELETED || state == MigrationState.UNDONE
                    ? "undone"
                    : state.getDisplayName().toLowerCase(Locale.ROOT);
        }
    }
}
