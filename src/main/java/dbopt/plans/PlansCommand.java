package dbopt.plans;

import dbopt.commandline.CommandContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code dbopt plans}, which consists of its subcommands. */
@Command(
        name = "plans",
        description = "Record and compare the plans of the queries in db/queries.",
        mixinStandardHelpOptions = true)
public final class PlansCommand {
    private PlansCommand() {}

    public static CommandLine of(CommandContext context) {
        return new CommandLine(new PlansCommand())
                .addSubcommand(new RecordCommand(context))
                .addSubcommand(new CompareCommand(context));
    }
}
