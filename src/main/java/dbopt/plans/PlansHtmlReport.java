package dbopt.plans;

import dbopt.queries.PlanVerdict;
import dbopt.queries.VerdictPage;
import dbopt.queries.VerdictPage.Column;
import java.util.List;
import java.util.Optional;

/** Writes the comparison as an HTML page. */
final class PlansHtmlReport {
    private PlansHtmlReport() {}

    static String of(PlanComparison comparison) {
        return new VerdictPage(
                        "Plans of the watched queries",
                        VerdictPage.Headline.of(
                                comparison.changes().stream()
                                        .map(PlanChange::verdict)
                                        .toList(),
                                PlanVerdict::label,
                                comparison.summary()),
                        List.of("PostgreSQL %s; recorded %s, compared %s. Buffers and shape decide, never milliseconds."
                                .formatted(
                                        comparison.after().server(),
                                        comparison.before().recordedAt(),
                                        comparison.after().recordedAt())),
                        List.of(
                                Column.words("Query"),
                                Column.words("Verdict"),
                                Column.figures("Before"),
                                Column.figures("Now"),
                                Column.figures("Times"),
                                Column.words("Plan")),
                        comparison.worstFirst().stream()
                                .map(PlansHtmlReport::row)
                                .toList(),
                        comparison.notes(),
                        VerdictPage.Further.NONE)
                .html();
    }

    private static VerdictPage.Row row(PlanChange change) {
        return new VerdictPage.Row(
                change.query(),
                VerdictPage.colour(change.verdict()),
                change.verdict().label(),
                List.of(both(change.before()), both(change.after()), VerdictPage.Figures.of(Figures.times(change))),
                List.of(),
                change.detail(),
                shape(change.before()),
                shape(change.after()));
    }

    private static VerdictPage.Figures both(Optional<QueryPlan> plan) {
        return plan.flatMap(QueryPlan::work).isPresent()
                ? VerdictPage.Figures.of(Figures.work(plan), Figures.milliseconds(plan))
                : VerdictPage.Figures.of(Figures.work(plan));
    }

    private static String shape(Optional<QueryPlan> plan) {
        return plan.map(known -> String.join("\n", known.shape())).orElse("-");
    }
}
