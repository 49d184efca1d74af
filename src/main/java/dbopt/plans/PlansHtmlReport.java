package dbopt.plans;

import static dbopt.queries.VerdictPage.escaped;

import dbopt.queries.VerdictPage;
import java.util.List;
import java.util.Optional;

/** The comparison as one page. */
final class PlansHtmlReport {
    private static final String ROW =
            """
            <tr><th scope="row">%s</th>%s<td class="figure">%s</td><td class="figure">%s</td>\
            <td class="figure">%s</td>%s</tr>""";

    private PlansHtmlReport() {}

    static String of(Comparison comparison) {
        return VerdictPage.of(
                "plans",
                "Plans of the watched queries",
                List.of(
                        comparison.summary(),
                        "PostgreSQL %s; recorded %s, compared %s. Buffers and shape decide, never milliseconds."
                                .formatted(
                                        comparison.after().server(),
                                        comparison.before().recordedAt(),
                                        comparison.after().recordedAt())),
                List.of("Query", "Verdict", ">Before", ">Now", ">Times", "Plan"),
                comparison.worstFirst().stream().map(PlansHtmlReport::row).toList(),
                comparison.notes());
    }

    private static String row(PlanChange change) {
        return ROW.formatted(
                escaped(change.query()),
                VerdictPage.verdict(change.verdict(), change.verdict().label()),
                both(change.before()),
                both(change.after()),
                Figures.times(change),
                VerdictPage.plans(change.detail(), shape(change.before()), shape(change.after())));
    }

    private static String both(Optional<QueryPlan> plan) {
        return Figures.work(plan)
                + (plan.flatMap(QueryPlan::work).isPresent() ? "<br>" + Figures.milliseconds(plan) : "");
    }

    private static String shape(Optional<QueryPlan> plan) {
        return plan.map(known -> String.join("\n", known.shape())).orElse("-");
    }
}
