package dbopt.rehearse;

import static java.util.Objects.requireNonNull;

import dbopt.queries.ExplainedPlan;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.util.PSQLException;

/**
 * Asks a server for plans; no statement is run. A text with parameters is planned as a generic plan, and also for values
 * from the statistics if every parameter is compared with a column.
 */
final class Explainer {
    static final String AS_IT_STANDS = "as it stands";
    static final String ANY_VALUES = "any values";
    private static final String NAME = "dbopt_rehearsed";

    /** How often a refused text is repaired and tried again. */
    private static final int TRIES = 200;

    private static final String EXPLAIN = "explain (verbose, format json) ";

    private final Connection connection;

    Explainer(Connection connection) throws SQLException {
        this.connection = requireNonNull(connection, "connection is null");
        connection.setAutoCommit(false);
    }

    /**
     * Plans a statement, in a read-only transaction that is rolled back.
     *
     * @throws SQLException if the connection is lost, or the user interrupts
     */
    Planned plan(WorkloadStatement statement) throws SQLException {
        if (InterruptHandler.interrupted()) {
            throw new SQLException("you interrupted it");
        }
        try (Statement session = connection.createStatement()) {
            session.execute("deallocate all"); // a rollback does not remove prepared statements
            session.execute("set transaction read only");
            session.execute("set local statement_timeout = '10s'");
            set(statement.settings());
            if (!statement.template()) {
                return Planned.of(
                        Map.of(AS_IT_STANDS, ExplainedPlan.parse(explained(session, EXPLAIN + statement.sql()))));
            }
            return template(session, prepared(session, statement.sql()));
        } catch (SQLException e) {
            if (!connection.isValid(1)) {
                throw e;
            }
            ServerError error = ServerError.of(e);
            return error.isTransient() ? Planned.unknown(error.message()) : Planned.refused(error.message());
        } finally {
            connection.rollback();
        }
    }

    /** Applies the settings of the role that ran the statement, until the end of the transaction. */
    private void set(Map<String, String> settings) throws SQLException {
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            Rows.only(
                    connection,
                    "select pg_catalog.set_config(?, ?, true)",
                    row -> row.getString(1),
                    setting.getKey(),
                    setting.getValue());
        }
    }

    /** Prepares the text. If the server refuses it, the text is repaired step by step towards what it must have been. */
    private static TemplateText prepared(Statement session, String text) throws SQLException {
        TemplateText tried = TemplateText.of(text);
        SQLException told = null;
        int toldOf = 0;
        for (int tries = 1; ; tries++) {
            String prepare = "prepare " + NAME
                    + (tried.types().isEmpty() ? "" : " (" + String.join(", ", tried.declared()) + ")") + " as ";
            session.execute("savepoint prepared");
            try {
                session.execute(prepare + tried.text());
                return tried;
            } catch (SQLException e) {
                int position = position(e) - prepare.length();
                // while types are tried at one place, the first error is the one that concerns the original text
                if (told == null || !TemplateText.OTHER_TYPE.contains(e.getSQLState()) || position != toldOf) {
                    told = e;
                    toldOf = position;
                }
                Optional<TemplateText> next = tries < TRIES
                        ? tried.repaired(
                                String.valueOf(e.getSQLState()),
                                ServerError.of(e).message(),
                                position)
                        : Optional.empty();
                if (next.isEmpty()) {
                    throw told;
                }
                session.execute("rollback to savepoint prepared");
                tried = next.get();
            }
        }
    }

    /** The position of the error in the text, from 1; 0 if the server does not say. */
    private static int position(SQLException e) {
        return e instanceof PSQLException refused && refused.getServerErrorMessage() != null
                ? refused.getServerErrorMessage().getPosition()
                : 0;
    }

    private Planned template(Statement session, TemplateText text) throws SQLException {
        List<String> types = parameterTypes(session);
        session.execute("set local plan_cache_mode = force_generic_plan");
        String generic = explained(session, EXPLAIN + call("null, ".repeat(types.size())));
        Map<String, ExplainedPlan> plans = new LinkedHashMap<>();
        plans.put(ANY_VALUES, ExplainedPlan.parse(generic));
        if (types.size() > 0) {
            withValues(session, new ParameterValues(ParameterColumns.read(generic), text, types), plans);
        }
        return Planned.of(plans);
    }

    private void withValues(Statement session, ParameterValues values, Map<String, ExplainedPlan> plans)
            throws SQLException {
        session.execute("set local plan_cache_mode = force_custom_plan");
        for (ParameterValues.Kind kind : ParameterValues.Kind.values()) {
            Optional<String> drawn = values.draw(connection, kind);
            if (drawn.isPresent()) {
                session.execute("savepoint values");
                try {
                    plans.put(kind.label(), ExplainedPlan.parse(explained(session, EXPLAIN + call(drawn.get()))));
                } catch (SQLException e) {
                    // the reason is never shown: the server's message can contain the values
                    session.execute("rollback to savepoint values");
                }
            }
        }
    }

    private static String call(String arguments) {
        String given = arguments.replaceFirst(", $", "");
        return "execute " + NAME + (given.isEmpty() ? "" : "(" + given + ")");
    }

    private static List<String> parameterTypes(Statement session) throws SQLException {
        try (ResultSet row = session.executeQuery(
                "select p.parameter_types::text[] from pg_catalog.pg_prepared_statements p where p.name = '" + NAME
                        + "'")) {
            row.next();
            return List.of((String[]) row.getArray(1).getArray());
        }
    }

    private static String explained(Statement session, String explain) throws SQLException {
        try (ResultSet row = session.executeQuery(explain)) {
            row.next();
            return row.getString(1);
        }
    }
}
