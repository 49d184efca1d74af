package dbopt.migrate;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
import dbopt.commandline.EvidenceOptions;
import dbopt.evidence.ClusterObserver;
import dbopt.evidence.Evidence;
import dbopt.evidence.NodeAddresses;
import dbopt.evidence.NodeState;
import dbopt.evidence.ObservationFile;
import dbopt.guard.GuardedDrop;
import dbopt.server.CatalogSnapshot;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What every node has counted up to now. The nodes are asked once in a run, when a drop first needs it. */
final class CurrentEvidence {
    private final DatabaseAddress database;
    private final List<String> nodes;
    private final EvidenceOptions options;
    private final boolean everySchema;
    private final BundledSql sql;
    private final Terminal terminal;
    private Optional<DropVerdicts> read = Optional.empty();
    private boolean asked;

    /**
     * @param nodes the addresses from {@code --node}, in addition to the nodes that the file has seen lately
     * @param everySchema whether to judge each schema by itself, whatever was scanned in the schemas that are equal to it
     */
    CurrentEvidence(
            DatabaseAddress database,
            List<String> nodes,
            EvidenceOptions options,
            boolean everySchema,
            BundledSql sql,
            Terminal terminal) {
        this.database = requireNonNull(database, "database is null");
        this.nodes = List.copyOf(nodes);
        this.options = requireNonNull(options, "options is null");
        this.everySchema = everySchema;
        this.sql = requireNonNull(sql, "sql is null");
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    /** The file of observations that the user names. */
    Optional<Path> file() {
        return options.file();
    }

    /**
     * Observes every node and returns the verdicts. Without a file it prints a warning and returns empty.
     *
     * @param drops the drops that are based on the verdicts
     * @throws CommandFailure if a node cannot be asked
     */
    synchronized Optional<DropVerdicts> read(Collection<GuardedDrop> drops) {
        if (!asked) {
            if (options.file().isEmpty()) {
                terminal.progress(
                        "WARNING: %s: unused according to the counters of every node, but the guard sees only this server's. To check every node again before anything is dropped: dbopt migrate --evidence FILE"
                                .formatted(drops.stream()
                                        .map(drop -> TerminalText.line(drop.index()))
                                        .collect(joining(", "))));
            } else {
                observe(
                        NodeAddresses.of(database, nodes, terminal::progress),
                        options.file().get());
                read = Optional.of(new DropVerdicts(options.read(warning -> {}).orElseThrow(), schemas()));
            }
            asked = true;
        }
        return read;
    }

    /** Reads which schemas are equal: an index that is used in one of them is needed in all. */
    private EqualSchemas schemas() {
        if (everySchema) {
            return EqualSchemas.none();
        }
        try (Connection reading = database.connect("dbopt migrate")) {
            CatalogSnapshot.begin(reading);
            return EqualSchemas.read(reading, sql);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "Cannot determine which schemas are equal and may use the index: %s\nNothing was changed."
                            .formatted(ServerError.of(e).text()),
                    e);
        }
    }

    private void observe(NodeAddresses addresses, Path file) {
        try (ObservationFile observations = ObservationFile.open(file, terminal::progress)) {
            List<NodeState> known = observations.nodes();
            if (known.isEmpty()) {
                throw new CommandFailure(
                        CommandFailure.Kind.USAGE,
                        "%s holds no observation, so it proves nothing unused.\nNothing was changed. Use the file that was given to the audit."
                                .formatted(file));
            }
            Instant newest =
                    known.stream().map(NodeState::at).max(Instant::compareTo).orElseThrow();
            // a node not seen for this long may no longer exist; if it does, the evidence reports it as missing
            List<String> names = known.stream()
                    .filter(node -> !node.at().isBefore(newest.minus(Evidence.FRESH)))
                    .map(NodeState::node)
                    .toList();
            new ClusterObserver(sql, "dbopt migrate", terminal::progress, terminal::progress)
                    .observe(addresses.and(names), observations);
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    e.kind(),
                    e.getMessage() + "\nWithout every node no index is proven unused, so nothing was migrated.",
                    e);
        }
    }
}
