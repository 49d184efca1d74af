package dbopt.watch;

import static dbopt.queries.VerdictPage.escaped;

import dbopt.effects.Outcome;
import dbopt.effects.StatementEffect;
import dbopt.queries.VerdictPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The watch as one page. */
final class WatchHtmlReport {
    private WatchHtmlReport() {}

    static String of(WatchReport report) {
        List<String> rows = new ArrayList<>();
        report.drops().forEach(drop -> {
            rows.add("<tr><th scope=\"row\" colspan=\"2\">%s</th>%s<td colspan=\"4\">%s</td></tr>"
                    .formatted(
                            escaped(drop.title()),
                            verdict(drop.outcome()),
                            String.join(
                                    "<br>",
                                    WatchTextReport.facts(drop).stream()
                                            .map(VerdictPage::escaped)
                                            .toList())));
            WatchTextReport.shown(drop.effect()).forEach(statement -> rows.add(statement(statement)));
        });
        return VerdictPage.of(
                "watch",
                "After the drops",
                List.of(report.summary(), report.observed()),
                List.of("Statement", "Role", "Verdict", ">Blocks a call", ">Now", ">Times", ">Calls now"),
                rows,
                report.notes());
    }

    private static String verdict(Outcome outcome) {
        String colour =
                switch (outcome) {
                    case BETTER, SAME -> "good";
                    case TOO_EARLY, TAKEN_BACK -> "look";
                    case UNKNOWN, WORSE -> "bad";
                };
        return "<td class=\"" + colour + "\">" + escaped(outcome.label()) + "</td>";
    }

    private static String statement(StatementEffect statement) {
        return "<tr><td><code>%s</code></td><td>%s</td>%s%s%s%s%s</tr>"
                .formatted(
                        escaped(statement.name().text()),
                        escaped(statement.name().role()),
                        verdict(statement.outcome()),
                        figure(statement.before().blocksACall()),
                        figure(statement.after().blocksACall()),
                        figure(statement.times()),
                        "<td class=\"figure\">"
                                + String.format(
                                        Locale.ROOT, "%,d", statement.after().calls()) + "</td>");
    }

    private static String figure(double number) {
        return "<td class=\"figure\">" + WatchTextReport.number(number) + "</td>";
    }
}
