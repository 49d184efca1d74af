package dbopt.scaffold;

import dbopt.guard.GuardFunctions;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The guard's verdict on drops at this moment, on this database, before their migrations are written. The guard needs temporary
 * functions and tables, so it runs in a transaction that is rolled back.
 *
 * @param refused the guard's reason for each drop that it would stop
 * @param unknown why the guard could not run; empty if it could
 */
record GuardTrial(Map<PlannedDrop, String> refused, Optional<String> unknown) {
    /** The SQL states that the guard's checks raise. */
    private static final Set<String> REFUSAL = Set.of("55000", "42P07", "22023");

    private static final String READ_ONLY = "25006";
    private static final String ANY_VERSION = "0";

    GuardTrial {
        refused = Map.copyOf(refused);
    }

    /** Runs the guard's checks for each drop, and leaves nothing behind in the database. */
    static GuardTrial of(List<PlannedDrop> drops, Connection database) {
        Map<PlannedDrop, String> refused = new LinkedHashMap<>();
        try {
            database.setAutoCommit(false);
            try (Statement statement = database.createStatement()) {
                statement.execute("set local lock_timeout = '2s'");
                statement.execute(GuardFunctions.ofDrops());
                statement.execute(GuardFunctions.ofUndo());
                for (PlannedDrop drop : drops) {
                    refusal(new MigrationPair(ANY_VERSION, drop), statement)
                            .ifPresent(reason -> refused.put(drop, reason));
                }
                return new GuardTrial(refused, Optional.empty());
            } finally {
                database.rollback();
                database.setAutoCommit(true);
            }
        } catch (SQLException e) {
            return new GuardTrial(refused, Optional.of(unknown(e)));
        }
    }

    private static Optional<String> refusal(MigrationPair pair, Statement statement) throws SQLException {
        Savepoint before = statement.getConnection().setSavepoint();
        try {
            statement.execute(pair.check());
            statement.execute(pair.restoreCheck());
            return Optional.empty();
        } catch (SQLException e) {
            ServerError error = ServerError.of(e);
            if (!REFUSAL.contains(error.sqlState())) {
                throw e;
            }
            statement.getConnection().rollback(before);
            return Optional.of(error.detail().map(String::strip).orElse(error.message()));
        }
    }

    private static String unknown(SQLException e) {
        ServerError error = ServerError.of(e);
        if (error.sqlState().equals(READ_ONLY)) {
            return "this server or session is read-only, and the guard needs temporary functions; ask the primary";
        }
        if (error.lacksRight()) {
            return error.message() + ". The role that migrates needs the right TEMPORARY on the database";
        }
        return error.message();
    }

    /** Returns the drops that the guard lets pass, or on which it could not run. */
    List<PlannedDrop> passing(List<PlannedDrop> drops) {
        return drops.stream().filter(drop -> !refused.containsKey(drop)).toList();
    }

    /**
     * Makes sure that the guard stops none of the drops.
     *
     * @throws CommandFailure listing all drops that the guard would stop
     */
    void requireAll(List<PlannedDrop> drops) {
        List<String> problems =
                drops.stream().filter(refused::containsKey).map(this::problem).toList();
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Nothing was written, because the guard would refuse these drops:\n" + String.join("\n", problems));
        }
    }

    /** Returns the index and the guard's reason, as lines of a message. */
    String problem(PlannedDrop drop) {
        return "  %s: %s"
                .formatted(
                        drop.details().qualifiedIndex(),
                        refused.get(drop)
                                .lines()
                                .reduce((all, line) -> all + "\n    " + line)
                                .orElse(""));
    }
}
