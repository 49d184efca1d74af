package dbopt.plans;

import dbopt.terminal.TextTable;

/** Writes the comparison for people to read, the worst query first. */
final class PlansTextReport {
    private PlansTextReport() {}

    static String of(PlanComparison comparison) {
        TextTable table = new TextTable("query", "verdict", ">before", ">now", ">times", ">before", ">now", "plan");
        comparison
                .worstFirst()
                .forEach(change -> table.row(
                        change.query(),
                        change.verdict().label(),
                        Figures.work(change.before()),
                        Figures.work(change.after()),
                        Figures.times(change),
                        Figures.milliseconds(change.before()),
                        Figures.milliseconds(change.after()),
                        change.detail()));
        StringBuilder text = new StringBuilder()
                .append(comparison.summary())
                .append(" (recorded ")
                .append(comparison.before().recordedAt())
                .append(")\n")
                .append(table.text());
        comparison.notes().forEach(note -> text.append("Note: ").append(note).append('\n'));
        return text.toString();
    }
}
