package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The state of a node when it was observed.
 *
 * @param at the time of the observation, by the node's clock
 * @param node host, port and database, as the user gave them
 * @param cluster the system identifier, which a primary and its standbys share
 * @param recovery whether the node is a standby
 * @param databaseReset when the counters of the database began; a reset of a single object changes it too
 * @param serverReset when the counters of the server began; a crash of the server changes it
 * @param standbys the servers that stream from the node, by application name and address
 * @param receiving whether the node streams from another server
 */
public record NodeState(
        Instant at,
        String node,
        String cluster,
        String database,
        String version,
        boolean recovery,
        int timeline,
        Instant started,
        Optional<Instant> databaseReset,
        Optional<Instant> serverReset,
        List<String> standbys,
        boolean receiving) {
    public NodeState {
        requireNonNull(at, "at is null");
        requireNonNull(node, "node is null");
        requireNonNull(cluster, "cluster is null");
        requireNonNull(database, "database is null");
        requireNonNull(version, "version is null");
        requireNonNull(started, "started is null");
        requireNonNull(databaseReset, "databaseReset is null");
        requireNonNull(serverReset, "serverReset is null");
        standbys = List.copyOf(standbys);
    }

    /** Returns when the counters began; observations with the same time are of the same counters. */
    public Optional<Instant> countedSince() {
        return serverReset.map(
                server -> databaseReset.filter(reset -> reset.isAfter(server)).orElse(server));
    }

    /** Whether the counters continue those of an earlier state of the node, without a loss or a reset. */
    public boolean continues(NodeState earlier) {
        return cluster.equals(earlier.cluster)
                && database.equals(earlier.database)
                && serverReset.isPresent()
                && serverReset.equals(earlier.serverReset)
                && databaseReset.equals(earlier.databaseReset);
    }

    /**
     * Whether the server was neither restarted nor promoted since an earlier state of the node, so that none of its
     * transactions was lost.
     */
    boolean runsOnSince(NodeState earlier) {
        return continues(earlier) && started.equals(earlier.started) && timeline == earlier.timeline;
    }
}
