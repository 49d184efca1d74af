package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.TerminalText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One statement to run, with the reasons. */
record MaintenanceStep(TableState table, Action action, List<String> reasons) {
    /** The statement for a table. VACUUM always includes ANALYZE here. */
    enum Action {
        ANALYZE("analyze"),
        VACUUM("vacuum (analyze)");

        private final String sql;

        Action(String sql) {
            this.sql = sql;
        }
    }

    MaintenanceStep {
        requireNonNull(table, "table is null");
        requireNonNull(action, "action is null");
        reasons = List.copyOf(reasons);
    }

    String statement() {
        return action.sql + " " + table.name();
    }

    /** Returns the statement in one line, for people. */
    String shown() {
        return TerminalText.line(statement());
    }

    /** Returns the statement for tables of this name, for people. */
    String shownOf(String name) {
        return TerminalText.line(action.sql + " " + name);
    }

    /** Whether the server has recorded, in this later state of the table, that the step was done. */
    boolean isDone(TableState after) {
        return isLater(after.lastAnalyzed(), table.lastAnalyzed())
                && (action == Action.ANALYZE || isLater(after.lastVacuumed(), table.lastVacuumed()));
    }

    private static boolean isLater(Optional<Instant> after, Optional<Instant> before) {
        return after.isPresent() && (before.isEmpty() || after.get().isAfter(before.get()));
    }
}
