package dbopt.observe;

import static java.util.Comparator.nullsFirst;
import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.evidence.ClusterObserver;
import dbopt.evidence.NodeAddresses;
import dbopt.evidence.ObservationFile;
import dbopt.files.FileProblem;
import dbopt.fleet.Fleet;
import dbopt.fleet.FleetOptions;
import dbopt.fleet.FleetReport;
import dbopt.fleet.FleetView;
import dbopt.server.CatalogSnapshot;
import dbopt.server.DatabaseAddress;
import dbopt.tenants.EqualSchemas;
import dbopt.tenants.SchemaGroupText;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dbopt observe}. */
@Command(
        name = "observe",
        description = {
            "Append the counters of the database's tables, indexes and statements to a file, from each node: evidence of what is used.",
            "Reads only; works on a standby. Run it at least once a day, always with the same file."
        },
        mixinStandardHelpOptions = true)
public final class ObserveCommand implements Callable<Integer> {
    private static final String APPLICATION = "dbopt observe";

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private FleetOptions databases = new FleetOptions();

    @Parameters(
            paramLabel = "FILE",
            description =
                    "File of observations (JSON lines), one for each cluster and database. With --databases: a folder, where each database has its own NAME.jsonl.")
    private Path file;

    @Option(
            names = "--node",
            paramLabel = "ADDRESS",
            description =
                    "Another server of the same cluster, written as for --url: each standby that serves queries. The role is the same, unless the address names another. Repeatable.")
    private List<String> nodes = List.of();

    public ObserveCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        Optional<Fleet> fleet = databases.fleet(context, connection, List.of("--node"));
        if (fleet.isPresent()) {
            return ofMany(fleet.get());
        }
        try (Target target = connection.open(context, false, context.terminal()::progress)) {
            observe(target.address(), file, context.terminal()::result, context.terminal()::progress);
            SchemaGroupText.linesOfCounted(schemas(target.address(), context.terminal()::progress))
                    .forEach(context.terminal()::result);
        }
        return 0;
    }

    private Integer ofMany(Fleet fleet) {
        try {
            Files.createDirectories(file);
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "There is no folder %s for the observations of many databases, and it cannot be made: %s.\nNothing was observed."
                            .formatted(file, FileProblem.of(e)),
                    e);
        }
        FleetReport<String> observed = fleet.ask(
                one -> {
                    List<String> added = new ArrayList<>();
                    observe(one.address(), one.observationsIn(file), added::add, fleet.progress(one));
                    SchemaGroupText.summary(schemas(one.address(), fleet.progress(one)))
                            .ifPresent(added::add);
                    return String.join("; ", added);
                },
                new ObservedSummary());
        context.terminal().result(observed.summary());
        return observed.exitCode(added -> false);
    }

    private void observe(DatabaseAddress address, Path to, Consumer<String> added, Consumer<String> warning) {
        try (ObservationFile observations = ObservationFile.open(to, warning)) {
            new ClusterObserver(context.sql(), APPLICATION, added, warning)
                    .observe(NodeAddresses.of(address, nodes, warning), observations);
        }
    }

    /** Reads which schemas are equal, as the audit does; none if that cannot be read, which does not fail the observation. */
    private EqualSchemas schemas(DatabaseAddress address, Consumer<String> warning) {
        try (Connection reading = address.connect(APPLICATION);
                InterruptHandler ignored = InterruptHandler.cancelling(reading)) {
            CatalogSnapshot.begin(reading);
            return EqualSchemas.readIfPossible(reading, context.sql());
        } catch (SQLException | CommandFailure e) {
            warning.accept("WARNING: the counters were added to the file; which schemas are equal could not be read: "
                    + e.getMessage());
            return EqualSchemas.none();
        }
    }

    /** Sums up each of many databases by the line that was added to its file. There is nothing to judge. */
    private static final class ObservedSummary implements FleetView<String> {
        @Override
        public String verdict(String added) {
            return added;
        }

        @Override
        public Comparator<String> worstFirst() {
            return nullsFirst(null); // all are equal
        }
    }
}
