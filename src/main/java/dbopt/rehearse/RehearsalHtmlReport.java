package dbopt.rehearse;

import static dbopt.queries.VerdictPage.escaped;

import dbopt.queries.ExplainedPlan;
import dbopt.queries.VerdictPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A rehearsal as one page. */
final class RehearsalHtmlReport {
    private static final String ROW =
            """
            <tr><th scope="row">%s</th>%s<td class="figure">%s</td><td class="figure">%s</td>\
            <td class="figure">%s</td><td class="figure">%s</td><td>%s</td>%s</tr>""";

    private RehearsalHtmlReport() {}

    static String of(Rehearsal rehearsal) {
        List<String> paragraphs = new ArrayList<>(List.of(
                "Without " + String.join(", ", rehearsal.without()) + ".",
                rehearsal.summary() + ".",
                "On a twin of PostgreSQL " + rehearsal.server()
                        + ". The cost is the planner's estimate (~); nothing was run."));
        if (!rehearsal.coverage().isEmpty()) {
            paragraphs.add(rehearsal.coverage());
        }
        rehearsal.uses().forEach(use -> paragraphs.add(use.text()));
        return VerdictPage.of(
                "rehearsal",
                "Rehearsal",
                paragraphs,
                List.of("Statement", "Verdict", ">~Before", ">~After", ">~Times", ">Calls a day", "For", "Plan"),
                rehearsal.changes().stream().map(RehearsalHtmlReport::row).toList(),
                rehearsal.notes());
    }

    private static String row(StatementChange change) {
        return ROW.formatted(
                escaped(change.statement().title()),
                VerdictPage.verdict(change.verdict(), Rehearsal.label(change.verdict())),
                cost(change.before()),
                cost(change.after()),
                change.after().isPresent() ? String.format(Locale.ROOT, "%.2f", change.times()) : "-",
                change.statement().callsADay().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "%,.0f",
                                change.statement().callsADay().getAsDouble())
                        : "-",
                escaped(change.values()),
                VerdictPage.plans(change.detail(), shape(change.before()), shape(change.after())));
    }

    private static String cost(Optional<ExplainedPlan> plan) {
        return plan.map(known -> String.format(Locale.ROOT, "%,.0f", known.cost()))
                .orElse("-");
    }

    private static String shape(Optional<ExplainedPlan> plan) {
        return plan.map(known -> String.join("\n", known.shape())).orElse("-");
    }
}
