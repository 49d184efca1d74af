package dbopt.maintain;

import static java.util.Comparator.comparing;

import dbopt.tenants.EqualSchemas;
import dbopt.terminal.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The steps of a maintenance run, in order: first the short ANALYZE statements, because plans improve at once, then the
 * VACUUMs. The smallest table comes first, so that a time limit leaves few tables behind.
 *
 * @param steps the steps to run
 * @param notPermitted the steps for tables that this role is not allowed to maintain
 */
record MaintenancePlan(List<MaintenanceStep> steps, List<MaintenanceStep> notPermitted) {
    MaintenancePlan {
        steps = List.copyOf(steps);
        notPermitted = List.copyOf(notPermitted);
    }

    static MaintenancePlan of(List<TableState> tables) {
        List<MaintenanceStep> due = tables.stream()
                .map(MaintenancePlan::stepFor)
                .filter(step -> !step.reasons().isEmpty())
                .sorted(comparing(MaintenanceStep::action)
                        .thenComparing(step -> step.table().pages())
                        .thenComparing(step -> step.table().name()))
                .toList();
        return new MaintenancePlan(
                due.stream().filter(step -> step.table().permitted()).toList(),
                due.stream().filter(step -> !step.table().permitted()).toList());
    }

    private static MaintenanceStep stepFor(TableState table) {
        List<String> reasons = new ArrayList<>(reasonsToVacuum(table));
        MaintenanceStep.Action action =
                reasons.isEmpty() ? MaintenanceStep.Action.ANALYZE : MaintenanceStep.Action.VACUUM;
        reasons.addAll(reasonsToAnalyze(table));
        return new MaintenanceStep(table, action, reasons);
    }

    private static List<String> reasonsToVacuum(TableState table) {
        List<String> reasons = new ArrayList<>();
        if (table.partitioned()) {
            return reasons; // each partition is vacuumed separately
        }
        if (Thresholds.bloated(table)) {
            reasons.add(count(table.deadRows()) + " dead rows");
        }
        boolean neverVacuumed = table.lastVacuumed().isEmpty() && table.visiblePages() == 0;
        if (neverVacuumed && table.pages() >= Thresholds.PAGES_WORTH_A_FIRST_VACUUM) {
            reasons.add("never vacuumed");
        } else if (reasons.isEmpty() && table.named() && table.visiblePages() < table.pages()) {
            reasons.add("named by the audit, and not vacuumed since it changed");
        }
        return reasons;
    }

    private static List<String> reasonsToAnalyze(TableState table) {
        if (Thresholds.stale(table)) {
            return List.of(
                    table.statistics() == TableState.Statistics.MISSING
                            ? "no statistics: never analysed"
                            : count(table.changes()) + " changes since its statistics were made");
        }
        if (table.isEmpty() || table.lastAnalyzed().isPresent()) {
            return List.of();
        }
        return List.of(
                switch (table.statistics()) {
                    case MISSING -> "no statistics: never analysed";
                    case PRESENT -> "statistics of unknown age: the counters were lost";
                    case UNKNOWN -> "unknown whether it has statistics";
                });
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Returns the plan for people to read: what will be done and why, and what will not be done. */
    String text(EqualSchemas schemas) {
        StringBuilder text = new StringBuilder();
        if (!steps.isEmpty()) {
            TextTable table = new TextTable("statement", ">rows", ">dead", "why");
            AlikeSteps.of(steps, schemas)
                    .forEach(alike -> table.row(
                            AlikeSteps.shown(alike),
                            count(alike.sum(step -> step.table().liveRows())),
                            count(alike.sum(step -> step.table().deadRows())),
                            AlikeSteps.reasons(alike)));
            text.append(table.text());
        }
        if (!notPermitted.isEmpty()) {
            text.append(
                    "This role is not allowed to maintain these, so they are left as they are (ask the owner; from PostgreSQL 17 on, MAINTAIN can be granted):\n");
            AlikeSteps.of(notPermitted, schemas).forEach(alike -> text.append("  ")
                    .append(AlikeSteps.shown(alike))
                    .append("  -- owner ")
                    .append(alike.first().table().owner())
                    .append("; ")
                    .append(AlikeSteps.reasons(alike))
                    .append('\n'));
        }
        return text.toString();
    }

    static String count(long rows) {
        return String.format(Locale.ROOT, "%,d", rows);
    }
}
