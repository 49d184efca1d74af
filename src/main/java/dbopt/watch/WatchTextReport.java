package dbopt.watch;

import dbopt.effects.IndexEffect;
import dbopt.effects.Outcome;
import dbopt.effects.StatementEffect;
import dbopt.effects.TableWork;
import dbopt.terminal.Bytes;
import dbopt.terminal.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/** Writes the report of the watch for people to read: the verdict on each drop, and the reasons. */
final class WatchTextReport {
    private static final int MOST_STATEMENTS = 10;
    private static final int LONGEST_TEXT = 70;

    private WatchTextReport() {}

    static String of(WatchReport report) {
        StringBuilder text = new StringBuilder(report.observed() + "\n" + report.summary() + "\n");
        report.drops().forEach(drop -> text.append('\n').append(drop(drop, report.now())));
        report.notes().forEach(note -> text.append("\nNote: ").append(note).append('\n'));
        return text.toString();
    }

    private static String drop(WatchedDrop drop, Instant now) {
        IndexEffect effect = drop.effect();
        StringBuilder text =
                new StringBuilder(drop.title() + ": " + drop.outcome().label() + "\n");
        facts(drop, now).forEach(fact -> text.append("  ").append(fact).append('\n'));
        List<StatementEffect> shown = shown(effect);
        if (!shown.isEmpty()) {
            statements(shown)
                    .lines()
                    .forEach(line -> text.append("    ").append(line).append('\n'));
        }
        return text.toString();
    }

    /** The facts of a drop, sentence by sentence, with the command that undoes it. */
    private static List<String> facts(WatchedDrop drop, Instant now) {
        List<String> facts = new ArrayList<>();
        facts.add(dropped(drop));
        facts.add(drop.effect().why());
        facts.addAll(figures(drop, now));
        drop.undo().ifPresent(undo -> facts.add("Undo it: %s (%s)%s".formatted(undo, build(drop), urgency(drop))));
        facts.addAll(drop.effect().notes());
        return facts;
    }

    /** Says when the index was dropped, how long its table was observed with it and without it, and whether the index is back. */
    static String dropped(WatchedDrop drop) {
        IndexEffect effect = drop.effect();
        return "Dropped between %s and %s; compared: %s with it, %s without it.%s"
                .formatted(
                        WatchReport.time(effect.lost().primary().lastSeen()),
                        WatchReport.time(effect.lost().primary().missed()),
                        observed(effect.before().hours()),
                        observed(effect.after().hours()),
                        effect.lost()
                                .primary()
                                .back()
                                .map(back -> " Back since " + WatchReport.time(back) + ", or some time before.")
                                .orElse(""));
    }

    private static String observed(double hours) {
        return hours > 0 && hours < 1
                ? String.format(Locale.ROOT, "%.1f minutes", hours * 60)
                : String.format(Locale.ROOT, "%.1f hours", hours);
    }

    /** Says when a verdict is possible, and how the table and its indexes were used before and after the drop. */
    static List<String> figures(WatchedDrop drop, Instant now) {
        IndexEffect effect = drop.effect();
        List<String> facts = new ArrayList<>();
        effect.ready().ifPresent(ready -> facts.add(again(ready, now)));
        drop.unfinished()
                .ifPresent(undo -> facts.add(
                        "The schema history still has the migration as applied. If the undo was interrupted, this finishes it: "
                                + undo));
        if (effect.after().hours() > 0 && effect.before().hours() > 0) {
            facts.add(table(effect));
            facts.add(scans(effect));
        }
        return facts;
    }

    /** Says when to ask again. After that time there is still no verdict only because there is no new observation. */
    private static String again(Instant ready, Instant now) {
        return ready.isAfter(now)
                ? "Ask again at " + WatchReport.time(ready) + "."
                : "Observe it again, and ask again: from " + WatchReport.time(ready) + " on there can be enough.";
    }

    /** Says what the undo costs: the size and time of the build, and the newer migrations that are undone first. */
    static String build(WatchedDrop drop) {
        return "it builds %s, in about %s; long transactions make it wait%s"
                .formatted(
                        Bytes.text(drop.effect().lost().index().bytes()),
                        duration(drop.build()),
                        newer(drop.undoneWithIt()));
    }

    private static String newer(List<MigrationVersion> newer) {
        if (newer.isEmpty()) {
            return "";
        }
        return newer.size() == 1
                ? "; V" + newer.get(0) + ", which is newer, is undone first"
                : "; %d newer migrations, V%s to V%s, are undone first"
                        .formatted(newer.size(), newer.get(0), newer.get(newer.size() - 1));
    }

    private static String duration(Duration build) {
        if (build.toMinutes() < 3) {
            return build.toSeconds() + " s";
        }
        return build.toHours() < 3
                ? build.toMinutes() + " min"
                : String.format(Locale.ROOT, "%.1f h", build.toMinutes() / 60.0);
    }

    static String urgency(WatchedDrop drop) {
        if (drop.outcome() != Outcome.WORSE) {
            return "";
        }
        if (!drop.isShareKnown()) {
            return ". How many blocks are read because it is missing is unknown: do not wait.";
        }
        return String.format(
                Locale.ROOT,
                ". %.0f %% of all blocks are read because it is missing: %s.",
                drop.effect().extraShare() * 100,
                drop.canWait() ? "it can wait for a quiet hour" : "do not wait");
    }

    private static String table(IndexEffect effect) {
        TableWork before = effect.before();
        TableWork after = effect.after();
        return String.format(
                Locale.ROOT,
                "Sequential scans an hour: %,.1f before, %,.1f after; rows read by them an hour: %,.0f, %,.0f%s.",
                before.sequentialScansAnHour(),
                after.sequentialScansAnHour(),
                before.rowsReadAnHour(),
                after.rowsReadAnHour(),
                before.writes() == 0 || after.writes() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; for each row written: %,.1f, %,.1f",
                                before.rowsReadAWrite(),
                                after.rowsReadAWrite()));
    }

    private static String scans(IndexEffect effect) {
        List<String> scans = new ArrayList<>();
        Map<String, Double> after = effect.scansAfter();
        effect.scansBefore().forEach((index, before) -> {
            if (isTold(before, Optional.ofNullable(after.get(index)))) {
                scans.add(String.format(
                        Locale.ROOT,
                        "%s %,.1f, %s",
                        index,
                        before,
                        after.containsKey(index) ? String.format(Locale.ROOT, "%,.1f", after.get(index)) : "gone"));
            }
        });
        return "Index scans an hour, before and after: " + String.join("; ", scans) + ".";
    }

    /** Whether an index is worth a mention: it was dropped, or the rate of its scans has changed. */
    private static boolean isTold(double before, Optional<Double> after) {
        return after.isEmpty() || Math.abs(after.get() - before) > 1 + before / 10;
    }

    /** The statements that are worse or better, the worst first. */
    static List<StatementEffect> shown(IndexEffect effect) {
        return effect.statements().stream()
                .filter(statement -> statement.outcome() == Outcome.WORSE || statement.outcome() == Outcome.BETTER)
                .limit(MOST_STATEMENTS)
                .toList();
    }

    private static String statements(List<StatementEffect> statements) {
        TextTable table = new TextTable(
                "statement",
                "role",
                "verdict",
                ">blocks a call",
                ">now",
                ">times",
                ">ms a call",
                ">now",
                ">calls",
                ">now",
                ">blocks since it is back");
        statements.forEach(statement -> table.row(
                shortened(statement.name().text()),
                statement.name().role(),
                statement.outcome().label(),
                number(statement.before().blocksACall()),
                number(statement.after().blocksACall()),
                number(statement.times()),
                String.format(Locale.ROOT, "%,.2f", statement.before().millisecondsACall()),
                String.format(Locale.ROOT, "%,.2f", statement.after().millisecondsACall()),
                String.format(Locale.ROOT, "%,d", statement.before().calls()),
                String.format(Locale.ROOT, "%,d", statement.after().calls()),
                statement.again().map(again -> number(again.blocksACall())).orElse("-")));
        return table.text();
    }

    static String number(double number) {
        return String.format(Locale.ROOT, "%,.1f", number);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.codePointCount(0, line.length()) <= LONGEST_TEXT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_TEXT)) + " ...";
    }
}
