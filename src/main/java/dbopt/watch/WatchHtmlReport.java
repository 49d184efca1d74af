package dbopt.watch;

import dbopt.bundled.PageTemplate;
import dbopt.bundled.Tile;
import dbopt.effects.Counted;
import dbopt.effects.Outcome;
import dbopt.effects.StatementEffect;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the report of the watch as an HTML page. */
final class WatchHtmlReport {
    private WatchHtmlReport() {}

    static String of(WatchReport report) {
        Map<String, Object> page = new HashMap<>();
        page.put("title", "After the drops: " + report.summary());
        page.put("verdict", verdict(report));
        page.put(
                "colour",
                report.drops().isEmpty() ? "look" : colour(report.drops().get(0).outcome()));
        page.put("summary", report.summary());
        page.put("observed", report.observed());
        page.put("tiles", tiles(report));
        page.put("notes", report.notes());
        page.put(
                "drops", report.drops().stream().map(drop -> drop(drop, report)).toList());
        return PageTemplate.filled("watch", page);
    }

    /** Puts the outcome of the first drop, which is the worst, into words for the whole page. */
    private static String verdict(WatchReport report) {
        if (report.drops().isEmpty()) {
            return "Nothing to compare";
        }
        return switch (report.drops().get(0).outcome()) {
            case WORSE -> "The application reads more";
            case UNKNOWN -> "Not everything is known";
            case TOO_EARLY -> "Too early to tell";
            case SAME, BETTER -> "Nothing is worse";
            case TAKEN_BACK -> "Taken back";
        };
    }

    private static List<Tile> tiles(WatchReport report) {
        return Arrays.stream(Outcome.values())
                .flatMap(outcome -> {
                    long drops = report.drops().stream()
                            .filter(drop -> drop.outcome() == outcome)
                            .count();
                    return drops == 0
                            ? Stream.empty()
                            : Stream.of(new Tile(outcome.label(), String.valueOf(drops), colour(outcome), ""));
                })
                .toList();
    }

    private static Map<String, Object> drop(WatchedDrop drop, WatchReport report) {
        List<StatementEffect> statements = WatchTextReport.shown(drop.effect());
        Map<String, Object> card = new HashMap<>();
        card.put("title", drop.title());
        card.put("outcome", drop.outcome().label());
        card.put("colour", colour(drop.outcome()));
        card.put("why", drop.effect().why());
        card.put("dropped", WatchTextReport.dropped(drop));
        card.put(
                "facts",
                Stream.concat(WatchTextReport.figures(drop, report.now()).stream(), drop.effect().notes().stream())
                        .toList());
        card.put("worse", drop.outcome() == Outcome.WORSE);
        card.put("undo", drop.undo().<Object>map(undo -> undo).orElse(false));
        card.put(
                "build",
                WatchTextReport.build(drop) + WatchTextReport.urgency(drop).replaceFirst("^$", "."));
        card.put("hasStatements", !statements.isEmpty());
        card.put(
                "hasAgain",
                statements.stream().anyMatch(statement -> statement.again().isPresent()));
        card.put(
                "statements",
                statements.stream().map(WatchHtmlReport::statement).toList());
        return card;
    }

    private static Map<String, Object> statement(StatementEffect statement) {
        Map<String, Object> row = new HashMap<>();
        row.put("text", statement.name().text());
        row.put("role", statement.name().role());
        row.put("outcome", statement.outcome().label());
        row.put("colour", colour(statement.outcome()));
        row.put("blocksBefore", WatchTextReport.number(statement.before().blocksACall()));
        row.put("blocksAfter", WatchTextReport.number(statement.after().blocksACall()));
        row.put("times", WatchTextReport.number(statement.times()));
        row.put("millisecondsBefore", milliseconds(statement.before()));
        row.put("millisecondsAfter", milliseconds(statement.after()));
        row.put("callsBefore", calls(statement.before()));
        row.put("callsAfter", calls(statement.after()));
        row.put(
                "again",
                statement
                        .again()
                        .map(again -> WatchTextReport.number(again.blocksACall()))
                        .orElse("-"));
        return row;
    }

    private static String milliseconds(Counted counted) {
        return String.format(Locale.ROOT, "%,.2f", counted.millisecondsACall());
    }

    private static String calls(Counted counted) {
        return String.format(Locale.ROOT, "%,d", counted.calls());
    }

    private static String colour(Outcome outcome) {
        return switch (outcome) {
            case BETTER, SAME -> "good";
            case TOO_EARLY, TAKEN_BACK, UNKNOWN -> "look";
            case WORSE -> "bad";
        };
    }
}
