package dbopt.project;

import dbopt.terminal.Terminal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.flywaydb.core.api.logging.LogFactory;

/** Writes Flyway's messages to standard error, except for those that are of no use to dbopt's users. */
public final class ProgressLog implements Log {
    private static final List<String> SAYS_NOTHING = List.of(
            "You are not signed in to Flyway",
            "Executing SQL callback",
            "Executing Java callback",
            "Database: ",
            "Successfully validated",
            "All configured schemas are empty",
            "DB: temporary schema",
            // of many schemas none is created, and a missing one is an error
            "The configuration option 'createSchemas' is false",
            // every run has this warning; the successor, afterConnect, misses connections that a pooler shares
            "initSql is deprecated");

    private final Supplier<Terminal> terminal;
    private final Predicate<String> news;
    private final Predicate<String> warnings;

    /**
     * Creates a log.
     *
     * @param news selects the messages to report
     * @param warnings selects the warnings to report
     */
    private ProgressLog(Supplier<Terminal> terminal, Predicate<String> news, Predicate<String> warnings) {
        this.terminal = terminal;
        this.news = news;
        this.warnings = warnings;
    }

    /**
     * Makes Flyway report to this terminal from now on, in the whole process, if the configuration's loggers are
     * {@code console}.
     */
    public static void install(Terminal terminal) {
        LogCreator creator = type -> new ProgressLog(() -> terminal, message -> true, message -> true);
        LogFactory.setFallbackLogCreator(creator);
    }

    /**
     * Makes Flyway report only warnings, and each of them once, for a command that works on many schemas.
     *
     * @param terminal returns the terminal of the thread that calls it
     */
    public static void installWarnings(Supplier<Terminal> terminal) {
        Set<String> told = ConcurrentHashMap.newKeySet();
        LogFactory.setFallbackLogCreator(type -> new ProgressLog(terminal, message -> false, told::add));
    }

    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {
        if (news.test(message)) {
            tell("", message);
        }
    }

    @Override
    public void warn(String message) {
        if (warnings.test(message)) {
            tell("WARNING: ", message);
        }
    }

    private void tell(String label, String message) {
        if (!message.isBlank() && SAYS_NOTHING.stream().noneMatch(message::startsWith)) {
            terminal.get().progress(label + message);
        }
    }

    /** Ignores the message: Flyway also throws the error, and the command reports it once, in its own words. */
    @Override
    public void error(String message) {}

    @Override
    public void error(String message, Exception exception) {}

    @Override
    public void notice(String message) {}
}
