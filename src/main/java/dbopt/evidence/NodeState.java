package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which server was observed, and when by its own clock.
 *
 * @param node host, port and database, as they were given
 * @param cluster the system identifier, which the primary and its standbys share
 * @param recovery whether it is a standby
 * @param databaseReset when the counters of the database began; a reset of one object moves it too
 * @param serverReset when the counters of the server began; a crash moves it
 * @param standbys the servers that stream from this one, by application name and address
 * @param receiving whether it streams from another one
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

    /** Since when the counters count: the same moment means the same counters. */
    public Optional<Instant> countedSince() {
        return serverReset.map(
                server -> databaseReset.filter(reset -> reset.isAfter(server)).orElse(server));
    }

    /** Whether the counters here went on from those of the other state of this node, without a loss or a reset. */
    public boolean continues(NodeState earlier) {
        return cluster.equals(earlier.cluster)
                && database.equals(earlier.database)
                && serverReset.isPresent()
                && serverReset.equals(earlier.serverReset)
                && databaseReset.equals(earlier.databaseReset);
    }

    /** Whether it is the same server, which was neither restarted nor promoted since: no transaction of it was lost. */
    boolean runsOnSince(NodeState earlier) {
        return continues(earlier) && started.equals(earlier.started) && timeline == earlier.timeline;
    }
}
