package dbopt.plans;

import dbopt.queries.Verdict;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The comparison as one page that needs no other file, light or dark as the reader's system is. */
final class PlansHtmlReport {
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>dbopt: plans</title>
            <style>
            :root { color-scheme: light dark; --bad: #b3261e; --look: #8a5a00; --good: #1b6e3c; --line: #8884; }
            @media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --look: #ffcc66; --good: #7ddc9a; } }
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%%; }
            th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
            .figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
            .bad { color: var(--bad); font-weight: 600; } .look { color: var(--look); } .good { color: var(--good); }
            pre { margin: .3rem 0; overflow-x: auto; }
            </style>
            </head>
            <body>
            <h1>Plans of the watched queries</h1>
            <p>%s</p>
            <p>PostgreSQL %s; recorded %s, compared %s. Buffers and shape decide, never milliseconds.</p>
            <div class="wide"><table>
            <thead><tr><th scope="col">Query</th><th scope="col">Verdict</th><th scope="col" class="figure">Before</th>\
            <th scope="col" class="figure">Now</th><th scope="col" class="figure">Times</th><th scope="col">Plan</th></tr></thead>
            <tbody>
            %s
            </tbody>
            </table></div>
            %s</body>
            </html>
            """;

    private static final String ROW =
            """
            <tr><th scope="row">%s</th><td class="%s">%s</td><td class="figure">%s</td><td class="figure">%s</td>\
            <td class="figure">%s</td><td>%s<details><summary>both plans</summary><pre>%s</pre><pre>%s</pre></details></td></tr>""";

    private PlansHtmlReport() {}

    static String of(Comparison comparison) {
        return PAGE.formatted(
                escaped(comparison.summary()),
                escaped(comparison.after().server()),
                escaped(comparison.before().recordedAt()),
                escaped(comparison.after().recordedAt()),
                comparison.worstFirst().stream().map(PlansHtmlReport::row).collect(Collectors.joining("\n")),
                comparison.notes().stream()
                        .map(note -> "<p class=\"look\">" + escaped(note) + "</p>\n")
                        .collect(Collectors.joining()));
    }

    private static String row(PlanChange change) {
        return ROW.formatted(
                escaped(change.query()),
                colour(change.verdict()),
                escaped(change.verdict().label()),
                both(change.before()),
                both(change.after()),
                Figures.times(change),
                escaped(change.detail()),
                shape(change.before()),
                shape(change.after()));
    }

    private static String both(Optional<QueryPlan> plan) {
        return Figures.work(plan)
                + (plan.flatMap(QueryPlan::work).isPresent() ? "<br>" + Figures.milliseconds(plan) : "");
    }

    private static String shape(Optional<QueryPlan> plan) {
        return escaped(plan.map(known -> String.join("\n", known.shape())).orElse("-"));
    }

    private static String colour(Verdict verdict) {
        return switch (verdict) {
            case SAME, LESS_WORK, ANOTHER_INDEX, ANOTHER_SHAPE -> "good";
            case AS_STATED -> "look";
            case MORE_WORK, SEQUENTIAL, NOT_COMPARED -> "bad";
        };
    }

    private static String escaped(String text) {
        return text.codePoints()
                .mapToObj(character -> "&<>\"'".indexOf(character) >= 0
                        ? String.format(Locale.ROOT, "&#%d;", character)
                        : Character.toString(character))
                .collect(Collectors.joining());
    }
}
