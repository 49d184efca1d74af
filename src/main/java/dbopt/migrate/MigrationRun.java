package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.server.Blockers;
import dbopt.server.DatabaseAddress;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.exception.FlywayMigrateException;

/** Flyway's migrate, tried again after what may pass: a lock that was not to be had, a cancelled statement. */
final class MigrationRun {
    private final DatabaseAddress address;
    private final String applicationName;
    private final FluentConfiguration configuration;
    private final Map<MigrationVersion, GuardedDrop> drops;
    private final List<Duration> pauses;
    private final Terminal terminal;
    private volatile boolean interrupted;

    /**
     * @param applicationName how the sessions of the configuration call themselves
     * @param drops the migrations that can be run again from their start
     * @param pauses how long to wait before each further try
     */
    MigrationRun(
            DatabaseAddress address,
            String applicationName,
            FluentConfiguration configuration,
            Map<MigrationVersion, GuardedDrop> drops,
            List<Duration> pauses,
            Terminal terminal) {
        this.address = requireNonNull(address, "address is null");
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
        this.configuration = requireNonNull(configuration, "configuration is null");
        this.drops = Map.copyOf(drops);
        this.pauses = List.copyOf(pauses);
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    /**
     * Migrates.
     *
     * @throws CommandFailure when a migration failed, or still fails after the last try
     */
    void run() {
        try (LockWatch watch = LockWatch.start(address, applicationName, terminal);
                InterruptHandler ignored = InterruptHandler.onInterrupt(() -> {
                    interrupted = true;
                    LockWatch.cancel(address, applicationName);
                })) {
            for (int attempt = 0; ; attempt++) {
                clearFailed(attempt == 0);
                Optional<FlywayException> failure = attempt();
                if (failure.isEmpty()) {
                    return;
                }
                if (interrupted || attempt == pauses.size() || !isTransient(failure.get())) {
                    clearFailedWithoutEffect();
                    throw failed(failure.get(), attempt + 1, watch.last());
                }
                pause(failure.get(), attempt, watch.last());
            }
        }
    }

    private Optional<FlywayException> attempt() {
        try {
            configuration.load().migrate();
            return Optional.empty();
        } catch (FlywayException e) {
            return Optional.of(e);
        }
    }

    private void clearFailed(boolean told) {
        try (Connection connection = address.connect("dbopt")) {
            List<String> cleared = FailedMigrations.clear(connection, configuration, drops.keySet());
            if (told && !cleared.isEmpty()) {
                terminal.progress(
                        "Version " + String.join(", ", cleared)
                                + " failed in an earlier run; it can be repeated, so its failed entry in the schema history is removed.");
            }
        } catch (SQLException e) {
            warnOfFailedEntry(ServerError.of(e).message());
        }
    }

    /** A drop that failed after its index was gone keeps its entry, so that undo knows what to bring back. */
    private void clearFailedWithoutEffect() {
        try (Connection connection = address.connect("dbopt")) {
            Set<String> there = IndexSizes.read(
                            connection,
                            drops.values().stream().map(GuardedDrop::index).toList())
                    .keySet();
            List<MigrationVersion> withoutEffect = drops.entrySet().stream()
                    .filter(drop -> there.contains(drop.getValue().index()))
                    .map(Map.Entry::getKey)
                    .toList();
            FailedMigrations.clear(connection, configuration, withoutEffect);
        } catch (SQLException e) {
            warnOfFailedEntry(ServerError.of(e).message());
        } catch (CommandFailure e) {
            // to be told instead: what was done before the server was out of reach
            warnOfFailedEntry("the server cannot be reached");
        }
    }

    private void warnOfFailedEntry(String why) {
        terminal.progress("WARNING: a failed entry may be left in the schema history: " + why);
    }

    private static boolean isTransient(FlywayException failure) {
        return ServerError.among(failure).map(ServerError::isTransient).orElse(false);
    }

    private void pause(FlywayException failure, int attempt, Blockers blockers) {
        Duration pause = pauses.get(attempt);
        terminal.progress(String.format(
                "%s could not be done: %s.%s Trying again in %d s (%d of %d).",
                script(failure),
                ServerError.among(failure).map(ServerError::message).orElse("cancelled"),
                blockers.none() ? "" : " It waited for " + blockers + ".",
                pause.toSeconds(),
                attempt + 1,
                pauses.size()));
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CommandFailure failed(FlywayException failure, int attempts, Blockers blockers) {
        StringBuilder message = new StringBuilder(script(failure)).append(" failed");
        if (attempts > 1) {
            message.append(" (").append(attempts).append(" tries)");
        }
        message.append(": ").append(reason(failure));
        if (isTransient(failure) && !blockers.none()) {
            message.append("\nIt waited for ").append(blockers);
        }
        if (interrupted) {
            message.append(
                    "\nYou interrupted it. An index that was about to go can be left invalid; the next run drops it.");
        }
        message.append(goingOn(failure));
        return new CommandFailure(CommandFailure.Kind.FAILED, message.toString(), failure);
    }

    /** Where no migration was at work and the server said what to do, there is nothing to go on with. */
    private static String goingOn(FlywayException failure) {
        boolean migrating = failure instanceof FlywayMigrateException;
        boolean advised = ServerError.among(failure).flatMap(ServerError::hint).isPresent();
        return migrating || !advised
                ? "\nEvery earlier migration stays applied, and is not run again. To go on: dbopt migrate. To see what is applied: dbopt info."
                : "\nTo see what is applied: dbopt info.";
    }

    private static String script(FlywayException failure) {
        return failure instanceof FlywayMigrateException migrate && migrate.getMigration() != null
                ? migrate.getMigration().getScript()
                : "Migrate";
    }

    private static String reason(FlywayException failure) {
        return ServerError.among(failure).map(ServerError::text).orElse(String.valueOf(failure.getMessage()));
    }
}
