package dbopt.rehearse;

import dbopt.queries.ExplainedPlan;
import dbopt.queries.VerdictPage;
import dbopt.queries.VerdictPage.Column;
import dbopt.queries.VerdictPage.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the report of a rehearsal as an HTML page. */
final class RehearsalHtmlReport {
    private RehearsalHtmlReport() {}

    static String of(Rehearsal rehearsal) {
        List<String> paragraphs = new ArrayList<>(List.of(
                "Without " + rehearsal.withoutText() + ".",
                "On a twin of PostgreSQL " + rehearsal.server()
                        + ". The cost is the planner's estimate (~); nothing was run."));
        if (!rehearsal.coverage().isEmpty()) {
            paragraphs.add(rehearsal.coverage());
        }
        return new VerdictPage(
                        "Rehearsal",
                        VerdictPage.Headline.of(rehearsal.verdicts(), Rehearsal::label, rehearsal.summary() + "."),
                        paragraphs,
                        List.of(
                                Column.words("Statement"),
                                Column.words("Verdict"),
                                Column.figures("~Before"),
                                Column.figures("~After"),
                                Column.figures("~Times"),
                                Column.figures("Calls a day"),
                                Column.words("Planned for"),
                                Column.words("What changes")),
                        rehearsal.changes().stream()
                                .map(RehearsalHtmlReport::row)
                                .toList(),
                        rehearsal.notes(),
                        new VerdictPage.Further(
                                "What each index serves",
                                rehearsal.uses().stream().map(rehearsal::text).toList()))
                .html();
    }

    private static VerdictPage.Row row(StatementChange change) {
        return new VerdictPage.Row(
                change.statement().title(),
                VerdictPage.colour(change.verdict()),
                Rehearsal.label(change.verdict()),
                List.of(
                        Figures.of(cost(change.before())),
                        Figures.of(cost(change.after())),
                        Figures.of(
                                change.after().isPresent() ? String.format(Locale.ROOT, "%.2f", change.times()) : "-"),
                        Figures.of(
                                change.statement().callsADay().isPresent()
                                        ? String.format(
                                                Locale.ROOT,
                                                "%,.0f",
                                                change.statement().callsADay().getAsDouble())
                                        : "-")),
                List.of(change.values()),
                change.detail(),
                shape(change.before()),
                shape(change.after()));
    }

    private static String cost(Optional<ExplainedPlan> plan) {
        return plan.map(known -> String.format(Locale.ROOT, "%,.0f", known.cost()))
                .orElse("-");
    }

    private static String shape(Optional<ExplainedPlan> plan) {
        return plan.map(known -> String.join("\n", known.shape())).orElse("-");
    }
}
