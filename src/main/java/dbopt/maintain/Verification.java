package dbopt.maintain;

import dbopt.tenants.Alike;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.TextTable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The server's figures for the tables after the run, beside those before it. */
record Verification(List<Line> lines) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    /**
     * One table before and after the run.
     *
     * @param after the table after the run; empty if the table was dropped
     */
    record Line(MaintenanceStep step, Optional<TableState> after) {
        String verdict() {
            if (after.isEmpty()) {
                return "gone";
            }
            if (!step.isDone(after.get())) {
                return "not confirmed";
            }
            return step.action() == MaintenanceStep.Action.VACUUM && Thresholds.bloated(after.get())
                    ? "dead rows held by an old transaction"
                    : "confirmed";
        }
    }

    Verification {
        lines = List.copyOf(lines);
    }

    static Verification of(List<MaintenanceStep> done, List<TableState> after) {
        Map<String, TableState> byName =
                after.stream().collect(Collectors.toMap(TableState::name, Function.identity()));
        List<Line> lines = new ArrayList<>();
        done.forEach(step -> lines.add(
                new Line(step, Optional.ofNullable(byName.get(step.table().name())))));
        return new Verification(lines);
    }

    boolean confirmed() {
        return lines.stream().noneMatch(line -> line.verdict().equals("not confirmed"));
    }

    /** Returns a table for people to read; empty if nothing was done. */
    String text(EqualSchemas schemas) {
        if (lines.isEmpty()) {
            return "";
        }
        TextTable table =
                new TextTable("table", ">dead before", ">dead after", "analysed (UTC)", "vacuumed (UTC)", "verdict");
        schemas.alike(
                        lines,
                        line -> AlikeSteps.schema(line.step().table().name()),
                        line -> List.of(AlikeSteps.name(line.step().table().name()), line.verdict()))
                .forEach(alike -> table.row(
                        name(alike),
                        MaintenancePlan.count(
                                alike.sum(line -> line.step().table().deadRows())),
                        alike.first().after().isEmpty()
                                ? "-"
                                : MaintenancePlan.count(alike.sum(line ->
                                        line.after().map(TableState::deadRows).orElse(0L))),
                        time(alike, TableState::lastAnalyzed),
                        time(alike, TableState::lastVacuumed),
                        alike.first().verdict()));
        return table.text();
    }

    private static String name(Alike<Line> alike) {
        String first = alike.first().step().table().name();
        return alike.isOfSeveral() ? AlikeSteps.name(first) + " in " + alike.where() : first;
    }

    /** Returns the earliest of the tables' times, as text. */
    private static String time(Alike<Line> alike, Function<TableState, Optional<Instant>> time) {
        return alike.findings().stream()
                .flatMap(line -> line.after().flatMap(time).stream())
                .min(Comparator.naturalOrder())
                .map(TIME::format)
                .orElse("-");
    }
}
