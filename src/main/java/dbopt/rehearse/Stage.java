package dbopt.rehearse;

import dbopt.bundled.BundledSql;
import dbopt.guard.QualifiedName;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The indexes of the twin, of which some are dropped, and its small tables. */
final class Stage {
    /**
     * An index of the twin.
     *
     * @param constraint the constraint that the index belongs to; empty if there is none
     */
    record Index(String schema, String name, String qualified, String constraint) {
        /** The name in plans. */
        String plain() {
            return schema + "." + name;
        }
    }

    private static final int TABLES_NAMED = 10;

    private final Connection twin;
    private final BundledSql sql;
    private final Map<String, String> unknown;
    private final List<String> missing = new ArrayList<>();

    /** @param unknown what the twin lacks, with the reasons, by name */
    Stage(Connection twin, BundledSql sql, Map<String, String> unknown) {
        this.twin = twin;
        this.sql = sql;
        this.unknown = unknown;
    }

    /**
     * Returns the indexes of these names.
     *
     * @param required whether a missing index is an error, instead of one that was dropped before
     */
    List<Index> named(List<String> names, boolean required) throws SQLException {
        List<Index> all = indexes();
        List<Index> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            List<Index> matches = QualifiedName.parse(name).stream()
                    .flatMap(parsed -> all.stream().filter(index -> parsed.matches(index.schema(), index.name())))
                    .toList();
            if (matches.size() > 1) {
                problems.add(name + ": several indexes have that name: "
                        + String.join(
                                ", ", matches.stream().map(Index::qualified).toList()));
            } else if (matches.isEmpty() && required) {
                problems.add(name + ": there is no such index" + whyNot());
            } else if (matches.isEmpty()) {
                missing.add(name);
            } else if (!matches.get(0).constraint().isEmpty()) {
                problems.add(name + ": it belongs to the constraint "
                        + matches.get(0).constraint() + ", and is dropped only with it");
            } else {
                matches.stream().filter(index -> !found.contains(index)).forEach(found::add);
            }
        }
        problems.addAll(undroppable(found));
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Not every index can be left out:\n" + TerminalText.some(problems)
                            + "\nNothing was rehearsed, and nothing was changed.");
        }
        return found;
    }

    /** The requested indexes that the twin lacks, in a sentence. */
    Optional<String> missing() {
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("Not rehearsed, as the twin does not have it: " + String.join(", ", missing)
                        + ". It was already dropped" + whyNot() + ".");
    }

    /** Returns why some of the indexes cannot be dropped, in the server's words: other objects depend on them. */
    private List<String> undroppable(List<Index> indexes) throws SQLException {
        List<String> problems = new ArrayList<>();
        twin.setAutoCommit(false);
        try (Statement statement = twin.createStatement()) {
            for (Index index : indexes) {
                statement.execute("savepoint undropped");
                try {
                    statement.execute(drop(index));
                } catch (SQLException e) {
                    ServerError error = ServerError.of(e);
                    problems.add(index.qualified() + ": "
                            + error.detail()
                                    .map(detail -> TerminalText.line(detail))
                                    .orElse(error.message()));
                    statement.execute("rollback to savepoint undropped");
                }
            }
        } finally {
            twin.rollback();
            twin.setAutoCommit(true);
        }
        return problems;
    }

    private String whyNot() {
        return unknown.isEmpty()
                ? ""
                : ", or its table is not in the twin ("
                        + String.join(
                                ", ",
                                unknown.keySet().stream().limit(TABLES_NAMED).toList())
                        + (unknown.size() > TABLES_NAMED ? ", ..." : "") + ")";
    }

    private List<Index> indexes() throws SQLException {
        return Rows.all(
                twin,
                sql.query("db/rehearse/twin/indexes.sql"),
                row -> new Index(
                        row.getString("schema_name"),
                        row.getString("name"),
                        row.getString("qualified"),
                        row.getString("constraint_name")));
    }

    /** Returns the statement that drops the index. The index may be missing because its parent was dropped before it. */
    private static String drop(Index index) {
        return "drop index if exists " + index.qualified();
    }

    Set<String> smallTables() throws SQLException {
        return new TreeSet<>(
                Rows.all(twin, sql.query("db/rehearse/twin/small_tables.sql"), row -> row.getString("name")));
    }

    /** Drops the indexes in the twin. */
    void without(List<Index> indexes) throws SQLException {
        try (Statement statement = twin.createStatement()) {
            for (Index index : indexes) {
                statement.execute(drop(index));
            }
        }
    }
}
