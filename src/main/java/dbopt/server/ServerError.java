package dbopt.server;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.TerminalText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the server said, in its own parts: PostgreSQL's primary message, detail and hint. The first and the last are a line
 * each, whatever names they hold.
 *
 * @param sqlState the five characters of <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's
 *     error codes</a>; empty if there is none
 */
public record ServerError(String sqlState, String message, Optional<String> detail, Optional<String> hint) {
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
                    Optional.ofNullable(said.getHint()));
        }
        return new ServerError(sqlState, String.valueOf(exception.getMessage()), Optional.empty(), Optional.empty());
    }

    /** The server's error among the causes, if there is one. */
    public static Optional<ServerError> among(Throwable throwable) {
        for (Throwable cause = throwable; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException exception) {
                return Optional.of(of(exception));
            }
        }
        return Optional.empty();
    }

    /** The lock was not to be had in time, somebody cancelled the statement, or it was the victim of a deadlock. */
    public boolean isTransient() {
        return sqlState.equals("55P03") || sqlState.equals("57014") || sqlState.equals("40P01");
    }

    /** The role may not do it. */
    public boolean lacksRight() {
        return sqlState.equals("42501");
    }

    /** Message, indented detail, hint: one text of several lines. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(message);
        detail.ifPresent(text -> text.lines().forEach(line -> lines.add("  " + line)));
        hint.ifPresent(lines::add);
        return String.join("\n", lines);
    }
}
