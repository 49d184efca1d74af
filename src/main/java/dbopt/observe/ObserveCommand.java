package dbopt.observe;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.evidence.NodeState;
import dbopt.evidence.Observation;
import dbopt.evidence.ObservationFile;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.terminal.Bytes;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    /** A node that cannot be asked is told, and keeps none of the others from being observed. */
    @Override
    public Integer call() {
        List<String> failures = new ArrayList<>();
        try (Target target = connection.open(context, false, context.terminal()::progress);
                ObservationFile observations = ObservationFile.open(file, context.terminal()::progress)) {
            Map<String, Observation> seen = new LinkedHashMap<>();
            addresses(target.address()).forEach((name, address) -> {
                try {
                    seen.put(name, observe(name, address));
                } catch (CommandFailure e) {
                    failures.add(e.getMessage());
                }
            });
            requireOneCluster(seen, observations);
            seen.values().forEach(observation -> add(observation, observations));
        }
        if (!failures.isEmpty()) {
            throw new CommandFailure(CommandFailure.Kind.UNREACHABLE, String.join("\n", failures));
        }
        return 0;
    }

    /** The database and the other nodes by host, port and name, each once. */
    private Map<String, DatabaseAddress> addresses(DatabaseAddress first) {
        Map<String, DatabaseAddress> addresses = new LinkedHashMap<>();
        addresses.put(name(first), first);
        for (String node : nodes) {
            DatabaseAddress address = DatabaseAddress.parse(node, "--node");
            if (address.password().isPresent()) {
                context.terminal()
                        .progress(
                                "WARNING: everyone on this machine can read the password in --node while this runs. Give it by FLYWAY_PASSWORD, --password-file or --password, which go to every node.");
            }
            addresses.putIfAbsent(
                    name(address),
                    new DatabaseAddress(
                            address.url(),
                            address.user().or(first::user),
                            address.password().or(first::password),
                            Optional.of("--node")));
        }
        return addresses;
    }

    private static String name(DatabaseAddress address) {
        return new DatabaseAddress(address.url(), Optional.empty(), Optional.empty()).display();
    }

    private Observation observe(String name, DatabaseAddress address) {
        try (Connection asked = address.connect("dbopt observe");
                InterruptHandler ignored = InterruptHandler.cancelling(asked)) {
            return CounterReader.read(asked, context.sql(), name);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    name + " was not observed: " + ServerError.of(e).text() + "\nNothing was changed there.",
                    e);
        }
    }

    /** Evidence of one cluster says nothing of another; nothing is written then. */
    private static void requireOneCluster(Map<String, Observation> seen, ObservationFile file) {
        Map<String, String> clusters = new LinkedHashMap<>();
        List<NodeState> states = new ArrayList<>(file.nodes());
        seen.values().forEach(observation -> states.add(observation.state()));
        states.forEach(state -> clusters.merge(
                cluster(state), state.node(), (one, other) -> one.contains(other) ? one : one + ", " + other));
        if (clusters.size() > 1) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    clusters.entrySet().stream()
                            .map(cluster -> "  " + cluster.getKey() + ": " + TerminalText.line(cluster.getValue()))
                            .collect(joining(
                                    "\n",
                                    "These are not the same database of one cluster:\n",
                                    "\nNothing was written. Use a file for each of them.")));
        }
    }

    private static String cluster(NodeState state) {
        return "cluster %s, database %s".formatted(state.cluster(), TerminalText.line(state.database()));
    }

    private void add(Observation observation, ObservationFile file) {
        NodeState state = observation.state();
        file.nodes().stream()
                .filter(earlier ->
                        earlier.node().equals(state.node()) && earlier.at().isAfter(state.at()))
                .forEach(earlier -> context.terminal()
                        .progress(
                                "WARNING: the clock of %s went back, from %s to %s: the evidence of this node begins again."
                                        .formatted(state.node(), earlier.at(), state.at())));
        int bytes = file.append(observation);
        context.terminal()
                .result(String.format(
                        Locale.ROOT,
                        "%s: %s, timeline %d; %,d tables, %,d indexes, %s; %s added",
                        state.node(),
                        state.recovery() ? "standby" : "primary" + standbys(state),
                        state.timeline(),
                        observation.tables().size(),
                        observation.indexes().size(),
                        statements(observation),
                        Bytes.text(bytes)));
    }

    private static String standbys(NodeState state) {
        return switch (state.standbys().size()) {
            case 0 -> "";
            case 1 -> " of 1 standby";
            default -> " of " + state.standbys().size() + " standbys";
        };
    }

    private static String statements(Observation observation) {
        return observation
                .statementSource()
                .missing()
                .map(why -> "no statements (" + why + ")")
                .orElseGet(() -> String.format(
                        Locale.ROOT,
                        "%,d statements%s",
                        observation.statements().size(),
                        hidden(observation)));
    }

    private static String hidden(Observation observation) {
        long hidden = observation.statementSource().hidden();
        return hidden == 0 ? "" : " (" + hidden + " of others are hidden: grant pg_read_all_stats shows them)";
    }
}
