package dbopt.commandline;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.Secrets;
import dbopt.terminal.TerminalText;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports what is wrong with the arguments, without repeating a password among them. */
public final class UsageErrorHandler implements IParameterExceptionHandler {
    private static final String PASSWORD = "--password";

    /**
     * Refuses a password on the command line before picocli asks for one.
     *
     * @param commandLine the command line, which knows the arguments of each command
     */
    public static void refusePassword(CommandLine commandLine, String... arguments) {
        List<String> all = Arrays.asList(arguments);
        int next = all.indexOf(PASSWORD) + 1;
        boolean isFollowed = next > 0 && next < all.size() && !all.get(next).startsWith("--");
        if (all.stream().anyMatch(argument -> argument.startsWith(PASSWORD + "="))
                || (isFollowed && takesOneTooMany(commandLine, all.iterator(), all.get(next)))) {
            throw passwordIsSeen();
        }
    }

    /** Whether the argument is neither an option of the requested command nor one of its positional arguments. */
    private static boolean takesOneTooMany(CommandLine commandLine, Iterator<String> arguments, String argument) {
        CommandSpec command = commandLine.getCommandSpec();
        int room = 0;
        while (arguments.hasNext()) {
            String next = arguments.next();
            OptionSpec option = command.findOption(next);
            if (command.subcommands().containsKey(next)) {
                command = command.subcommands().get(next).getCommandSpec();
                room += command.positionalParameters().size();
            } else if (option == null && !next.startsWith("-")) {
                room--;
            } else if (option != null && option.arity().min() > 0 && arguments.hasNext()) {
                arguments.next();
            }
        }
        return command.findOption(argument) == null && (room < 0 || argument.startsWith("-"));
    }

    @Override
    public int handleParseException(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        PrintWriter error = command.getErr();
        error.println(TerminalText.lines(Secrets.masked(exception.getMessage())));
        error.println("Nothing was done.");
        if (!UnmatchedArgumentException.printSuggestions(exception, error)) {
            command.usage(error);
        }
        return CommandFailure.Kind.USAGE.exitCode();
    }

    private static CommandFailure passwordIsSeen() {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "--password asks for the password. It takes none here, where everyone on this machine could read it.\n"
                        + "Nothing was done. In a script use FLYWAY_PASSWORD or --password-file FILE.");
    }
}
