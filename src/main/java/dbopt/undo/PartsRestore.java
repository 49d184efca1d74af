package dbopt.undo;

import dbopt.server.ServerError;
import dbopt.server.SessionTimeouts;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;

/**
 * Restores a partitioned index with statements that no function can run. The undo script finds in the catalog which statements
 * are left ({@code pg_temp.assert_parts_built}), and stops with an error that lists them; they are run one by one, and then the
 * script is run again.
 */
final class PartsRestore {
    private static final Log LOG = LogFactory.getLog(PartsRestore.class);

    /** The SQL state that the script's check raises while statements are left. */
    private static final String UNFINISHED = "DB002";

    private static final Pattern BETWEEN = Pattern.compile(";\n");
    private static final int TRIES = 60;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** The SQL states of a statement whose partition, or the partition's index, was dropped in the meantime. */
    private static final Set<String> GONE = Set.of("42P01", "42704");

    private final Connection connection;
    private final BooleanSupplier interrupted;

    PartsRestore(Connection connection, BooleanSupplier interrupted) {
        this.connection = connection;
        this.interrupted = interrupted;
    }

    /** An undo script, which is run until no statement is left. */
    interface Script {
        void run() throws SQLException;
    }

    void run(Script script) throws SQLException {
        Optional<String> done = Optional.empty();
        for (int gone = 0; ; ) {
            Optional<String> left = left(script, done);
            if (left.isEmpty()) {
                return;
            }
            done = left;
            try {
                for (String statement : BETWEEN.split(left.get(), -1)) {
                    run(statement);
                }
            } catch (SQLException e) {
                done = Optional.empty();
                gone++;
                if (gone > TRIES || !GONE.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
                LOG.debug("A partition was dropped meanwhile, so the rest is determined again: " + e.getMessage());
            }
        }
    }

    /**
     * Runs the script, and returns the statements that are left; empty if none are.
     *
     * @param done the statements that were run last; if the script lists the same ones again, they have no effect, and its
     *     error is thrown
     */
    private static Optional<String> left(Script script, Optional<String> done) throws SQLException {
        try {
            script.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(ServerError.among(e)
                    .filter(error -> error.sqlState().equals(UNFINISHED))
                    .flatMap(ServerError::detail)
                    .filter(statements -> done.isEmpty() || !statements.equals(done.get()))
                    .orElseThrow(() -> e));
        }
    }

    private void run(String statement) throws SQLException {
        if (statement.contains(" INDEX CONCURRENTLY ")) {
            execute(statement);
            return;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                briefly(statement);
                return;
            } catch (SQLException e) {
                if (attempt == TRIES || !ServerError.of(e).isTransient()) {
                    throw e;
                }
                pause();
                if (interrupted.getAsBoolean()) {
                    throw e;
                }
            }
        }
    }

    /** Runs the statement in a transaction with short time-outs, because other sessions wait behind its lock request. */
    private void briefly(String statement) throws SQLException {
        connection.setAutoCommit(false);
        try {
            for (String bound : SessionTimeouts.ofShortTry()) {
                execute(bound);
            }
            execute(statement);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(PAUSE.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
