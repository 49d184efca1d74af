package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.guard.GuardedDrop;
import dbopt.project.InterruptCallback;
import dbopt.server.Blockers;
import dbopt.server.DatabaseAddress;
import dbopt.server.InvalidIndexes;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.exception.FlywayMigrateException;

/**
 * Runs Flyway's migrate, and repeats it after a temporary failure: a lock that was not granted in time, a cancelled
 * statement.
 */
final class MigrationRun {
    private final DatabaseAddress address;
    private final String applicationName;
    private final String where;
    private final FluentConfiguration configuration;
    private final Map<MigrationVersion, GuardedDrop> drops;
    private final List<Duration> pauses;
    private final List<Duration> shortPauses;
    private final Terminal terminal;
    private final RunLog log = new RunLog();

    /**
     * @param applicationName the application name of the configuration's sessions
     * @param where the option that limits a command to the same schema, such as {@code --schemas tenant_1}; empty if the
     *     project has only one schema
     * @param drops the migrations that can be repeated from their start
     * @param pauses how long to wait before each repetition
     * @param shortPauses how long to wait before each repetition of a drop of a partitioned index
     */
    MigrationRun(
            DatabaseAddress address,
            String applicationName,
            String where,
            FluentConfiguration configuration,
            Map<MigrationVersion, GuardedDrop> drops,
            List<Duration> pauses,
            List<Duration> shortPauses,
            Terminal terminal) {
        this.address = requireNonNull(address, "address is null");
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
        this.where = requireNonNull(where, "where is null");
        this.configuration = requireNonNull(configuration, "configuration is null");
        InterruptCallback.addTo(configuration);
        configuration.callbacks(Stream.concat(Stream.of(configuration.getCallbacks()), Stream.of(log))
                .toArray(Callback[]::new));
        this.drops = Map.copyOf(drops);
        this.pauses = List.copyOf(pauses);
        this.shortPauses = List.copyOf(shortPauses);
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    /**
     * Migrates, and returns what this process applied.
     *
     * @param clearsFailed whether an earlier run may have left rows of migrations that failed
     * @param baselines whether to write the baseline row before Flyway looks for one. Where another process has
     *     written the row already, the baseline command changes nothing. A repeated attempt leaves it to Flyway.
     * @throws CommandFailure when a migration failed, or still fails after the last try
     */
    RunLog run(boolean clearsFailed, boolean baselines) {
        try (LockWatch watch = LockWatch.start(address, applicationName, terminal);
                InterruptHandler ignored =
                        InterruptHandler.onInterruptWaking(() -> LockWatch.cancel(address, applicationName))) {
            for (int attempt = 0; ; attempt++) {
                if (clearsFailed || attempt > 0) {
                    clearFailed(attempt == 0);
                }
                Optional<FlywayException> failure = attempt(baselines && attempt == 0);
                if (failure.isEmpty()) {
                    tellOfPartitioned(attempt + 1);
                    return log;
                }
                if (attempt == 0 && isHistoryOfAnother(failure.get())) {
                    continue;
                }
                boolean ends = InterruptHandler.interrupted()
                        || attempt >= pausesAfter(failure.get()).size()
                        || !isTransient(failure.get());
                if (!ends) {
                    pause(failure.get(), attempt, watch.last());
                }
                if (InterruptHandler.interrupted() || ends) {
                    throw failed(failure.get(), attempt + 1, watch.last(), clearFailedWithoutEffect());
                }
            }
        }
    }

    private Optional<FlywayException> attempt(boolean baselines) {
        try {
            InterruptCallback.requireNone("Flyway began");
            Flyway flyway = configuration.load();
            if (baselines) {
                flyway.baseline();
            }
            flyway.migrate();
            return Optional.empty();
        } catch (FlywayException e) {
            return Optional.of(e);
        }
    }

    private void clearFailed(boolean announced) {
        try (Connection connection = address.connect("dbopt")) {
            List<String> cleared = FailedMigrations.clear(connection, configuration, drops.keySet());
            if (announced && !cleared.isEmpty()) {
                terminal.progress(
                        "Version " + String.join(", ", cleared)
                                + " failed in an earlier run; it can be repeated, so its failed entry in the schema history is removed.");
            }
        } catch (SQLException e) {
            warnOfFailedEntry(ServerError.of(e).message());
        }
    }

    /**
     * Removes the rows of failed drops whose index still exists. A drop that failed after its index was dropped keeps its
     * row, so that undo knows what to restore. Returns the indexes that are left invalid.
     */
    private List<String> clearFailedWithoutEffect() {
        try (Connection connection = address.connect("dbopt")) {
            Set<String> there = IndexSizeReader.read(
                            connection,
                            drops.values().stream().map(GuardedDrop::index).toList())
                    .keySet();
            List<MigrationVersion> withoutEffect = drops.entrySet().stream()
                    .filter(drop -> there.contains(drop.getValue().index()))
                    .map(Map.Entry::getKey)
                    .toList();
            FailedMigrations.clear(connection, configuration, withoutEffect);
            return InvalidIndexes.among(there, connection);
        } catch (SQLException e) {
            warnOfFailedEntry(ServerError.of(e).message());
        } catch (CommandFailure e) {
            // only warns: the failure that was there before must be reported instead of this one
            warnOfFailedEntry("the server cannot be reached");
        }
        return List.of();
    }

    private void warnOfFailedEntry(String why) {
        terminal.progress("WARNING: a failed entry may be left in the schema history: " + why);
    }

    /** Whether another process made the schema history after Flyway had found none. Flyway uses it if it looks again. */
    private static boolean isHistoryOfAnother(FlywayException failure) {
        return String.valueOf(failure.getMessage()).contains("Unable to baseline schema history table");
    }

    private static boolean isTransient(FlywayException failure) {
        return ServerError.among(failure).map(ServerError::isTransient).orElse(false);
    }

    private List<Duration> pausesAfter(FlywayException failure) {
        return failure instanceof FlywayMigrateException migrate
                        && migrate.getMigration() != null
                        && isPartitioned(migrate.getMigration().getVersion())
                ? shortPauses
                : pauses;
    }

    private boolean isPartitioned(MigrationVersion version) {
        return Optional.ofNullable(version)
                .map(drops::get)
                .filter(GuardedDrop::isPartitioned)
                .isPresent();
    }

    /** Reports how long other sessions waited for the drop of a partitioned index, which locks the whole table. */
    private void tellOfPartitioned(int attempts) {
        log.applied().stream()
                .filter(this::isPartitioned)
                .forEach(version -> terminal.progress(String.format(
                        Locale.ROOT,
                        "%s is dropped (%s). No session waited for it longer than %.2f s.",
                        drops.get(version).index(),
                        attempts == 1 ? "first try" : attempts + " tries",
                        log.longestLock(version).toMillis() / 1000.0)));
    }

    private void pause(FlywayException failure, int attempt, Blockers blockers) {
        Duration pause = pausesAfter(failure).get(attempt);
        terminal.progress(String.format(
                "%s did not succeed: %s.%s Trying again in %d s (%d of %d).",
                script(failure),
                ServerError.among(failure).map(ServerError::message).orElse("cancelled"),
                blockers.none() ? "" : " It waited for " + blockers + ".",
                pause.toSeconds(),
                attempt + 1,
                pausesAfter(failure).size()));
        InterruptHandler.pause(pause);
    }

    private CommandFailure failed(FlywayException failure, int attempts, Blockers blockers, List<String> invalid) {
        List<String> lines = new ArrayList<>();
        Optional<String> stopped = InterruptCallback.among(failure);
        if (stopped.isPresent() && !(failure instanceof FlywayMigrateException)) {
            lines.add(stopped.get());
        } else {
            lines.add(log.ended().map(RunLog.Ended::script).orElse(script(failure)) + " failed"
                    + (attempts > 1 ? " (" + attempts + " tries)" : "") + ": "
                    + log.ended().map(ended -> ended.error().text()).orElse(reason(failure)));
            if ((isTransient(failure) || gaveUpWaitingForItsTurn(failure)) && !blockers.none()) {
                lines.add("It waited for " + blockers);
            }
            if (InterruptHandler.interrupted()) {
                lines.add("You interrupted it.");
            }
        }
        if (!invalid.isEmpty()) {
            lines.add(InvalidIndexes.text(invalid));
            lines.add(("The next dbopt migrate" + where + " drops it. To make it valid again instead: ")
                            .replace(" it", invalid.size() == 1 ? " it" : " them")
                    + InvalidIndexes.repair(invalid));
        }
        if (where.isEmpty()) {
            lines.add(goingOn(failure));
        }
        return new CommandFailure(CommandFailure.Kind.FAILED, String.join("\n", lines), failure);
    }

    /** Whether Flyway waited for its lock until it had used up its attempts. */
    private static boolean gaveUpWaitingForItsTurn(FlywayException failure) {
        return String.valueOf(failure.getMessage()).contains("lockRetryCount");
    }

    /**
     * Says how to go on. If no migration had begun and the server's hint already says what to do, it only says how to see
     * what is applied.
     */
    private static String goingOn(FlywayException failure) {
        boolean migrating = failure instanceof FlywayMigrateException;
        boolean advised = ServerError.among(failure).flatMap(ServerError::hint).isPresent();
        return migrating || !advised
                ? "Every earlier migration stays applied, and is not run again. To go on: dbopt migrate. To see what is applied: dbopt info."
                : "To see what is applied: dbopt info.";
    }

    private static String script(FlywayException failure) {
        return failure instanceof FlywayMigrateException migrate && migrate.getMigration() != null
                ? migrate.getMigration().getScript()
                : "Migrate";
    }

    private static String reason(FlywayException failure) {
        return ServerError.among(failure)
                .map(ServerError::text)
                .or(() -> InterruptCallback.among(failure))
                .orElse(String.valueOf(failure.getMessage()));
    }
}
