package dbopt.fleet;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import java.util.Optional;

/**
 * The result of one database.
 *
 * @param report the report; empty if there is none
 * @param failure why there is no report
 */
public record FleetEntry<R>(FleetDatabase database, Optional<R> report, Optional<CommandFailure> failure) {
    public FleetEntry {
        requireNonNull(database, "database is null");
        requireNonNull(report, "report is null");
        requireNonNull(failure, "failure is null");
    }

    static <R> FleetEntry<R> reported(FleetDatabase database, R report) {
        return new FleetEntry<>(database, Optional.of(report), Optional.empty());
    }

    static <R> FleetEntry<R> failed(FleetDatabase database, CommandFailure failure) {
        return new FleetEntry<>(database, Optional.empty(), Optional.of(failure));
    }

    public String name() {
        return database.name();
    }

    /** Why there is no report, in the words that the command uses when it works on this database alone. */
    public Optional<String> reason() {
        return failure.map(CommandFailure::getMessage);
    }

    /** The first line of the reason. */
    public Optional<String> shortReason() {
        return reason().flatMap(text -> text.lines().findFirst());
    }
}
