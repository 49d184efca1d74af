package dbopt.server;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.TerminalText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * An error from the server in its parts: PostgreSQL's message, detail and hint. Message and hint are one line each, whatever
 * names they contain.
 *
 * @param sqlState the five characters of <a
 *     href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error codes</a>; empty if there is
 *     no code
 */
public record ServerError(String sqlState, String message, Optional<String> detail, Optional<String> hint) {
    /** For each code with which a server ends a session: the reason, and what to do about it. */
    private static final Map<String, String> ENDED = Map.of(
            "57P01",
            "An administrator ended the session (pg_terminate_backend), or the server was shut down. Ask who did, and run the same command again.",
            "57P02",
            "Another process of the server crashed, so the server restarted: its log says why. Then run the same command again.",
            "57P05",
            "The session was idle for longer than idle_session_timeout allows. Turn it off for this role: ALTER ROLE ... SET idle_session_timeout = 0",
            "25P03",
            "A transaction was idle for longer than idle_in_transaction_session_timeout allows. Turn it off for this role: ALTER ROLE ... SET idle_in_transaction_session_timeout = 0",
            "25P04",
            "A transaction took longer than transaction_timeout allows. Turn it off for this role: ALTER ROLE ... SET transaction_timeout = 0");

    /** For each code of a broken connection for which the server gave no reason: what to look at. */
    private static final Map<String, String> LOST = Map.of(
            "08003", "The server or the network ended the session: the server's log says why.",
            "08006", "The server or the network ended the session: the server's log says why.");

    public ServerError {
        requireNonNull(sqlState, "sqlState is null");
        message = TerminalText.line(message);
        requireNonNull(detail, "detail is null");
        hint = hint.map(TerminalText::line);
    }

    public static ServerError of(SQLException exception) {
        String sqlState = exception.getSQLState() == null ? "" : exception.getSQLState();
        if (exception instanceof PSQLException postgres && postgres.getServerErrorMessage() != null) {
            ServerErrorMessage said = postgres.getServerErrorMessage();
            return new ServerError(
                    sqlState,
                    String.valueOf(said.getMessage()),
                    Optional.ofNullable(said.getDetail()),
                    Optional.ofNullable(said.getHint()).or(() -> Optional.ofNullable(ENDED.get(sqlState))));
        }
        return new ServerError(
                sqlState,
                String.valueOf(exception.getMessage()),
                Optional.empty(),
                Optional.ofNullable(LOST.get(sqlState)));
    }

    /**
     * Finds the server's error among the causes; empty if there is none. An error that ended the session comes before the
     * errors that follow when the closed connection is used again.
     */
    public static Optional<ServerError> among(Throwable throwable) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<SQLException> errors = new ArrayList<>();
        collect(throwable, seen, errors);
        return errors.stream()
                .filter(error -> ENDED.containsKey(String.valueOf(error.getSQLState())))
                .findFirst()
                .or(() -> errors.stream().findFirst())
                .map(ServerError::of);
    }

    private static void collect(Throwable throwable, Set<Throwable> seen, List<SQLException> errors) {
        if (throwable == null || !seen.add(throwable)) {
            return;
        }
        if (throwable instanceof SQLException error) {
            errors.add(error);
        }
        collect(throwable.getCause(), seen, errors);
        for (Throwable suppressed : throwable.getSuppressed()) {
            collect(suppressed, seen, errors);
        }
        if (throwable instanceof SQLException error) {
            collect(error.getNextException(), seen, errors);
        }
    }

    /**
     * Whether the failure is temporary: a lock was not granted in time, the statement was cancelled, or it was the victim of
     * a deadlock.
     */
    public boolean isTransient() {
        return sqlState.equals("55P03") || sqlState.equals("57014") || sqlState.equals("40P01");
    }

    /** Restores an error from its code and message; empty unless the server ended the session with this code. */
    public static Optional<ServerError> ended(String sqlState, String message) {
        return Optional.ofNullable(ENDED.get(String.valueOf(sqlState)))
                .map(hint -> new ServerError(sqlState, severityLess(message), Optional.empty(), Optional.of(hint)));
    }

    private static String severityLess(String message) {
        return String.valueOf(message).replaceFirst("^[A-Z]+: ", "");
    }

    /** Whether the server ended the session and gave the reason. */
    public boolean endedSession() {
        return ENDED.containsKey(sqlState);
    }

    /** Whether the role lacks a privilege. */
    public boolean lacksRight() {
        return sqlState.equals("42501");
    }

    /** The message, the indented detail and the hint as one text of several lines. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(message);
        detail.ifPresent(text -> text.lines().forEach(line -> lines.add("  " + line)));
        hint.ifPresent(lines::add);
        return String.join("\n", lines);
    }
}
