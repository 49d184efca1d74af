package dbopt.watch;

import dbopt.effects.Outcome;
import dbopt.effects.StatementEffect;
import dbopt.queries.VerdictPage;
import dbopt.queries.VerdictPage.Column;
import dbopt.queries.VerdictPage.Figures;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The watch as one page. */
final class WatchHtmlReport {
    private static final Figures NONE = Figures.of("");

    private WatchHtmlReport() {}

    static String of(WatchReport report) {
        return new VerdictPage(
                        "watch",
                        "After the drops",
                        List.of(report.summary(), report.observed()),
                        List.of(
                                Column.words("Drop or statement"),
                                Column.words("Verdict"),
                                Column.figures("Blocks a call"),
                                Column.figures("Now"),
                                Column.figures("Times"),
                                Column.figures("Calls now"),
                                Column.words("What was seen")),
                        report.drops().stream()
                                .flatMap(drop -> Stream.concat(
                                        Stream.of(row(drop)),
                                        WatchTextReport.shown(drop.effect()).stream()
                                                .map(WatchHtmlReport::row)))
                                .toList(),
                        report.notes())
                .html();
    }

    private static VerdictPage.Row row(WatchedDrop drop) {
        return row(
                drop.title(),
                drop.outcome(),
                List.of(NONE, NONE, NONE, NONE),
                String.join(" ", WatchTextReport.facts(drop)));
    }

    private static VerdictPage.Row row(StatementEffect statement) {
        return row(
                statement.name().text(),
                statement.outcome(),
                List.of(
                        Figures.of(WatchTextReport.number(statement.before().blocksACall())),
                        Figures.of(WatchTextReport.number(statement.after().blocksACall())),
                        Figures.of(WatchTextReport.number(statement.times())),
                        Figures.of(String.format(
                                Locale.ROOT, "%,d", statement.after().calls()))),
                "as role " + statement.name().role());
    }

    private static VerdictPage.Row row(String name, Outcome outcome, List<Figures> figures, String detail) {
        return new VerdictPage.Row(name, colour(outcome), outcome.label(), figures, List.of(), detail, "", "");
    }

    private static String colour(Outcome outcome) {
        return switch (outcome) {
            case BETTER, SAME -> "good";
            case TOO_EARLY, TAKEN_BACK -> "look";
            case UNKNOWN, WORSE -> "bad";
        };
    }
}
