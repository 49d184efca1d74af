package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** All counters of one node at one moment. */
public record Observation(
        NodeState state,
        List<IndexCounters> indexes,
        List<TableCounters> tables,
        StatementSource statementSource,
        List<StatementCounters> statements) {
    public Observation {
        requireNonNull(state, "state is null");
        indexes = List.copyOf(indexes);
        tables = List.copyOf(tables);
        requireNonNull(statementSource, "statementSource is null");
        statements = List.copyOf(statements);
    }
}
