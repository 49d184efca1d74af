package dbopt.project;

import dbopt.terminal.Terminal;
import java.util.List;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.flywaydb.core.api.logging.LogFactory;

/** Writes what Flyway reports to standard error, without what says nothing to the user of this tool. */
public final class ProgressLog implements Log {
    private static final List<String> SAYS_NOTHING = List.of(
            "You are not signed in to Flyway",
            "Executing SQL callback",
            "Executing Java callback",
            "Database: ",
            "Successfully validated",
            "All configured schemas are empty",
            "DB: temporary schema",
            // said in every run; its successor, afterConnect, misses connections that a pooler shares
            "initSql is deprecated");

    private final Terminal terminal;

    private ProgressLog(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Where Flyway reports to from now on, in this whole process, if its configuration says {@code console}. */
    public static void install(Terminal terminal) {
        LogCreator creator = type -> new ProgressLog(terminal);
        LogFactory.setFallbackLogCreator(creator);
    }

    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {
        tell("", message);
    }

    @Override
    public void warn(String message) {
        tell("WARNING: ", message);
    }

    private void tell(String label, String message) {
        if (!message.isBlank() && SAYS_NOTHING.stream().noneMatch(message::startsWith)) {
            terminal.progress(label + message);
        }
    }

    /** Flyway throws what it reports here; the command tells it once, in its own words. */
    @Override
    public void error(String message) {}

    @Override
    public void error(String message, Exception exception) {}

    @Override
    public void notice(String message) {}
}
