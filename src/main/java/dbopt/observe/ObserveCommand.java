package dbopt.observe;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.evidence.ClusterObserver;
import dbopt.evidence.NodeAddresses;
import dbopt.evidence.ObservationFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dbopt observe}. */
@Command(
        name = "observe",
        description = {
            "Adds the counters of the database's tables, indexes and statements to a file, from each node: evidence of what is used.",
            "Only reads, also on a standby. Run it once a day or more often, for the same file."
        },
        mixinStandardHelpOptions = true)
public final class ObserveCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Parameters(
            paramLabel = "FILE",
            description = "the file of observations, JSON lines, one for each cluster and database")
    private Path file;

    @Option(
            names = "--node",
            paramLabel = "ADDRESS",
            description =
                    "another server of the same cluster, as for --url: each standby that queries go to; may be repeated. It is asked as the same role, unless the address names another")
    private List<String> nodes = List.of();

    public ObserveCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        try (Target target = connection.open(context, false, context.terminal()::progress);
                ObservationFile observations = ObservationFile.open(file, context.terminal()::progress)) {
            new ClusterObserver(
                            context.sql(), "dbopt observe", context.terminal()::result, context.terminal()::progress)
                    .observe(NodeAddresses.of(target.address(), nodes, context.terminal()::progress), observations);
        }
        return 0;
    }
}
