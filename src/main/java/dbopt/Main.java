package dbopt;

import dbopt.audit.AuditCommand;
import dbopt.bundled.BundledSql;
import dbopt.commandline.CommandContext;
import dbopt.commandline.UsageErrorHandler;
import dbopt.health.HealthCommand;
import dbopt.info.InfoCommand;
import dbopt.maintain.MaintainCommand;
import dbopt.matrix.MatrixCommand;
import dbopt.migrate.MigrateCommand;
import dbopt.observe.ObserveCommand;
import dbopt.plans.PlansCommand;
import dbopt.project.MigrationProject;
import dbopt.rehearse.RehearseCommand;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Secrets;
import dbopt.terminal.StandardOutput;
import dbopt.terminal.Terminal;
import dbopt.undo.UndoCommand;
import dbopt.watch.WatchCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The tool's entry point: builds the command line, runs one command, and sets the exit code. */
@Command(
        name = "dbopt",
        description = "Remove indexes that a live PostgreSQL database does not need, and undo any step.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:Findings at or over --fail-on.",
            "2:Wrong usage; nothing was done.",
            "3:The database could not be reached, or refused.",
            "4:A migration or an undo failed, or the output could not be written."
        })
public final class Main {
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    private static final String UNKNOWN_LETTER = "\ufffd";

    private Main() {}

    public static void main(String... arguments) {
        // The driver also throws what it logs, and the user needs to read it only once.
        DRIVER_LOG.setLevel(Level.OFF);
        // Numbers are written so that every program can read them, whatever the locale.
        Locale.setDefault(Locale.ROOT);
        StandardOutput output = new StandardOutput();
        Terminal terminal = new Terminal(
                output.writer(),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Boolean.getBoolean("dbopt.terminal"));
        Path home = Optional.ofNullable(System.getProperty("dbopt.home"))
                .map(Path::of)
                .orElse(null);
        MigrationProject project = MigrationProject.find(Path.of(""), home);
        BundledSql sql = home == null ? BundledSql.ofClassPath() : BundledSql.in(home);
        int exitCode = run(new CommandContext(System.getenv(), project, sql, terminal), arguments);
        int lastExitCode = output.exitCode(exitCode, terminal);
        if (!InterruptHandler.interrupted()) {
            System.exit(lastExitCode);
        }
    }

    /** Runs one command and returns the exit code of the process. */
    public static int run(CommandContext context, String... arguments) {
        Terminal terminal = context.terminal();
        CommandLine commandLine = commandLine(context, arguments);
        try {
            requireWhole(context.environment(), arguments);
            UsageErrorHandler.refusePassword(commandLine, arguments);
        } catch (CommandFailure e) {
            return report(terminal, e);
        }
        try {
            return execute(commandLine, terminal, arguments);
        } catch (OutOfMemoryError | StackOverflowError e) {
            terminal.progress(
                    """
                    dbopt ran out of memory (the %s is full): a file or a script is too large, or nested too deeply.
                    A migration that was running can be half done; what was finished before it stays. Make it smaller, or give dbopt more memory: JDK_JAVA_OPTIONS='-Xmx2g -Xss8m'"""
                            .formatted(e instanceof OutOfMemoryError ? "heap" : "stack"));
            return CommandFailure.Kind.FAILED.exitCode();
        }
    }

    /**
     * Refuses arguments and variables that lost characters: if the locale does not have a character, Java replaces it by
     * U+FFFD.
     */
    private static void requireWhole(Map<String, String> environment, String... arguments) {
        List<String> mangled = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.contains(UNKNOWN_LETTER)) {
                mangled.add("the argument " + Secrets.masked(argument));
            }
        }
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.matches("(FLYWAY|DATABASE|DBOPT)_.*") && value.contains(UNKNOWN_LETTER)) {
                mangled.add("the variable " + name);
            }
        });
        if (!mangled.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Non-ASCII characters were lost in " + String.join(" and in ", mangled)
                            + ": the locale does not support them.\nNothing was done. Run the same command with the variable LC_ALL=C.UTF-8.");
        }
    }

    private static int execute(CommandLine commandLine, Terminal terminal, String... arguments) {
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(terminal.output())
                .setErr(terminal.error())
                .setParameterExceptionHandler(new UsageErrorHandler())
                .setExecutionExceptionHandler((exception, command, parsed) -> report(terminal, exception))
                .execute(arguments);
    }

    /**
     * Builds the command line. It has only the requested command, if that exists, since building all of them takes a tenth
     * of a second.
     */
    static CommandLine commandLine(CommandContext context, String... arguments) {
        Map<String, Supplier<?>> commands = new LinkedHashMap<>();
        commands.put("migrate", () -> new MigrateCommand(context));
        commands.put("undo", () -> new UndoCommand(context));
        commands.put("info", () -> new InfoCommand(context));
        commands.put("audit", () -> new AuditCommand(context));
        commands.put("observe", () -> new ObserveCommand(context));
        commands.put("watch", () -> new WatchCommand(context));
        commands.put("maintain", () -> new MaintainCommand(context));
        commands.put("health", () -> new HealthCommand(context));
        commands.put("rehearse", () -> new RehearseCommand(context));
        commands.put("plans", () -> PlansCommand.of(context));
        commands.put("matrix", () -> new MatrixCommand(context));
        CommandLine commandLine = new CommandLine(new Main());
        String asked = arguments.length == 0 ? "" : arguments[0];
        if (commands.containsKey(asked)) {
            return commandLine.addSubcommand(asked, commands.get(asked).get());
        }
        commandLine.addSubcommand(new HelpCommand()).addSubcommand(new GenerateCompletion());
        commands.forEach((name, command) -> commandLine.addSubcommand(name, command.get()));
        return commandLine;
    }

    /**
     * Prints the message of a failure that is meant for the user. Any other exception is a bug in dbopt, and is printed with
     * its stack trace.
     */
    private static int report(Terminal terminal, Exception exception) {
        if (exception instanceof CommandFailure failure) {
            terminal.progress(failure.getMessage());
            return failure.kind().exitCode();
        }
        StringWriter trace = new StringWriter();
        exception.printStackTrace(new PrintWriter(trace));
        terminal.progress(Secrets.masked(trace.toString())
                + "This is a bug in dbopt: please report it with the lines above. dbopt info shows what is applied.");
        return CommandFailure.Kind.FAILED.exitCode();
    }
}
