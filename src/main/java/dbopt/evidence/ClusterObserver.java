package dbopt.evidence;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.terminal.Bytes;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the counters of every node of a cluster, and appends them to a file. Nothing is changed on the nodes. */
public final class ClusterObserver {
    private final BundledSql sql;
    private final String applicationName;
    private final Consumer<String> added;
    private final Consumer<String> warning;

    /**
     * Prepares the observer.
     *
     * @param applicationName the application name of the sessions on the nodes
     * @param added receives a line for each observation that is written
     * @param warning receives a message if the clock of a node went back
     */
    public ClusterObserver(BundledSql sql, String applicationName, Consumer<String> added, Consumer<String> warning) {
        this.sql = requireNonNull(sql, "sql is null");
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
        this.added = requireNonNull(added, "added is null");
        this.warning = requireNonNull(warning, "warning is null");
    }

    /**
     * Observes each of the nodes. A node that cannot be read does not keep the others from being observed.
     *
     * @throws CommandFailure if a node could not be read; or if the nodes are not the same database of one cluster, in which
     *     case nothing is written
     */
    public void observe(NodeAddresses nodes, ObservationFile file) {
        List<String> failures = new ArrayList<>();
        Map<String, Observation> seen = new LinkedHashMap<>();
        nodes.byName().forEach((name, address) -> {
            try {
                seen.put(name, observe(name, address, file));
            } catch (CommandFailure e) {
                failures.add(e.getMessage());
            }
        });
        requireOneCluster(seen, file);
        seen.values().forEach(observation -> add(observation, file));
        if (!failures.isEmpty()) {
            throw new CommandFailure(CommandFailure.Kind.UNREACHABLE, String.join("\n", failures));
        }
    }

    private Observation observe(String name, DatabaseAddress address, ObservationFile file) {
        try (Connection asked = address.connect(applicationName);
                InterruptHandler ignored = InterruptHandler.cancelling(asked)) {
            return CounterReader.read(asked, sql, name, file.node(name));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    name + " was not observed: " + ServerError.of(e).text() + "\nNothing was changed there.",
                    e);
        }
    }

    /** Refuses nodes of several clusters or databases, since observations of one prove nothing about another. */
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
                                    "These addresses are not the same database of one cluster:\n",
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
                .forEach(earlier -> warning.accept(
                        "WARNING: the clock of %s went back, from %s to %s: the evidence of this node starts again."
                                .formatted(state.node(), earlier.at(), state.at())));
        int bytes = file.append(observation);
        added.accept(String.format(
                Locale.ROOT,
                "%s: %s, timeline %d; %s, %s, %s; %s added",
                state.node(),
                state.recovery() ? "standby" : "primary" + standbys(state),
                state.timeline(),
                counted(observation.tables().size(), "table", "tables"),
                counted(observation.indexes().size(), "index", "indexes"),
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
                .orElseGet(() ->
                        counted(observation.statements().size(), "statement", "statements") + hidden(observation));
    }

    private static String counted(int number, String one, String several) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : several);
    }

    private static String hidden(Observation observation) {
        long hidden = observation.statementSource().hidden();
        return hidden == 0 ? "" : " (" + hidden + " of other roles are hidden: grant pg_read_all_stats to see them)";
    }
}
