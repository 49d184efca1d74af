package dbopt.rehearse;

import dbopt.queries.PlanVerdict;
import dbopt.terminal.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Writes the report of a rehearsal for people to read, the worst first. Statements that stay the same are only counted. */
final class RehearsalTextReport {
    private RehearsalTextReport() {}

    static String of(Rehearsal rehearsal) {
        StringBuilder text = new StringBuilder("Rehearsed on a twin of PostgreSQL ")
                .append(rehearsal.server())
                .append(" without ")
                .append(rehearsal.withoutText())
                .append(".\n")
                .append(rehearsal.summary())
                .append(". The cost is the planner's estimate (~); nothing was run.\n");
        List<StatementChange> shown = rehearsal.changes().stream()
                .filter(change -> change.verdict() != PlanVerdict.SAME && change.verdict() != PlanVerdict.NOT_COMPARED)
                .toList();
        if (!shown.isEmpty()) {
            text.append('\n').append(changes(shown));
        }
        if (!rehearsal.uses().isEmpty()) {
            text.append('\n').append(uses(rehearsal.uses()));
        }
        if (!rehearsal.unknownStatements().isEmpty()) {
            text.append('\n').append(unknown(rehearsal.unknownStatements()));
        }
        if (!rehearsal.coverage().isEmpty()) {
            text.append('\n').append(rehearsal.coverage()).append('\n');
        }
        rehearsal.notes().forEach(note -> text.append("Note: ").append(note).append('\n'));
        return text.toString();
    }

    private static String changes(List<StatementChange> changes) {
        TextTable table = new TextTable(
                "statement",
                "verdict",
                ">~before",
                ">~after",
                ">~times",
                ">calls a day",
                "planned for",
                "what changes");
        changes.forEach(change -> table.row(
                change.statement().title(),
                Rehearsal.label(change.verdict()),
                change.before().map(plan -> figure(plan.cost())).orElse("-"),
                change.after().map(plan -> figure(plan.cost())).orElse("-"),
                change.after().isPresent() ? String.format(Locale.ROOT, "%.2f", change.times()) : "-",
                calls(change.statement().callsADay()),
                change.values(),
                change.detail()));
        return table.text();
    }

    private static String uses(List<Rehearsal.IndexUse> uses) {
        TextTable table =
                new TextTable("index", ">statements that use it", ">their calls a day", "without it they use");
        uses.forEach(use -> table.row(
                use.index(),
                String.valueOf(use.statements().size()),
                use.callsADay() == 0 ? "-" : figure(use.callsADay()),
                use.then().isEmpty() ? "-" : String.join(", ", use.then())));
        return table.text();
    }

    private static String unknown(List<StatementChange> changes) {
        TextTable table = new TextTable("unknown statement", ">calls a day", "why");
        changes.forEach(change ->
                table.row(change.statement().title(), calls(change.statement().callsADay()), change.detail()));
        return table.text();
    }

    private static String calls(OptionalDouble calls) {
        return calls.isPresent() ? figure(calls.getAsDouble()) : "-";
    }

    private static String figure(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }
}
