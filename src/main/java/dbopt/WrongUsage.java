package dbopt;

import dbopt.database.CommandFailure;
import dbopt.database.Printable;
import dbopt.database.Secrets;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with the arguments, and repeats no password that is among them. */
final class WrongUsage implements IParameterExceptionHandler {
    private static final String PASSWORD = "--password";

    /** Refuses a password on the command line, before anybody is asked for one. */
    static void refusePassword(String... arguments) {
        List<String> all = Arrays.asList(arguments);
        // the plans have an argument of their own, which may follow
        if (all.stream().anyMatch(argument -> argument.startsWith(PASSWORD + "="))
                || (isFollowed(all) && !all.contains("plans"))) {
            throw passwordIsSeen();
        }
    }

    @Override
    public int handleParseException(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        PrintWriter error = command.getErr();
        if (isFollowed(Arrays.asList(arguments))) {
            error.println(passwordIsSeen().getMessage());
        } else {
            error.println(Printable.lines(Secrets.masked(exception.getMessage())));
            error.println("Nothing was done.");
            if (!UnmatchedArgumentException.printSuggestions(exception, error)) {
                command.usage(error);
            }
        }
        return CommandFailure.Kind.USAGE.exitCode();
    }

    private static boolean isFollowed(List<String> arguments) {
        int next = arguments.indexOf(PASSWORD) + 1;
        return next > 0 && next < arguments.size() && !arguments.get(next).startsWith("--");
    }

    private static CommandFailure passwordIsSeen() {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "--password asks for the password. It takes none here, where everyone on this machine could read it.\n"
                        + "Nothing was done. In a script use FLYWAY_PASSWORD or --password-file FILE.");
    }
}
