package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.evidence.IndexSizes;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads the state of the indexes by {@code db/maintain/indexes.sql}, and measures those that may be bloated. */
final class IndexStates {
    private static final String QUERY = "db/maintain/indexes.sql";

    /** Finds the function pgstatindex, if pgstattuple is installed and this role may run the function. */
    private static final String PGSTATINDEX =
            """
            select pg_catalog.format('%I.pgstatindex', n.nspname)
            from pg_catalog.pg_proc p
            join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
                and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'e'
            join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'pgstattuple'
            where p.proname = 'pgstatindex' and p.proargtypes[0] = 'pg_catalog.regclass'::pg_catalog.regtype
                and pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
            """;

    private IndexStates() {}

    static List<IndexState> read(Connection connection, BundledSql sql, IndexSizes sizes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set lock_timeout = '2s'");
        }
        return Rows.all(connection, sql.query(QUERY), row -> state(row, sizes)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Returns the state; empty if the index's name is not valid text in this client's encoding, so that no statement can
     * name the index.
     */
    private static Optional<IndexState> state(ResultSet row, IndexSizes sizes) throws SQLException {
        ReadableText name = ReadableText.required(row, "index_name");
        return name.valid() ? Optional.of(state(row, name.text(), sizes)) : Optional.empty();
    }

    private static IndexState state(ResultSet row, String name, IndexSizes sizes) throws SQLException {
        return new IndexState(
                row.getLong("oid"),
                row.getLong("table_oid"),
                name,
                ReadableText.required(row, "whole").text(),
                ReadableText.required(row, "table_name").text(),
                row.getLong("bytes"),
                number(row, "at_least"),
                number(row, "at_most"),
                ReadableText.of(row, "reason").map(ReadableText::text),
                row.getLong("row_count"),
                row.getLong("table_bytes"),
                row.getDouble("fill"),
                ReadableText.of(row, "refusal").map(ReadableText::text),
                OptionalLong.empty(),
                sizes.best(
                        row.getLong("oid"),
                        ReadableText.required(row, "schema_name").text(),
                        ReadableText.required(row, "bare_name").text(),
                        RebuildPlan.AGREED_FACTOR));
    }

    private static OptionalLong number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /**
     * Measures the indexes that may be bloated, the smallest first, as long as no more bytes than the limit are read.
     *
     * @param tell receives a message for what was not measured, with the reason
     */
    static List<IndexState> measured(Connection connection, List<IndexState> states, long limit, Consumer<String> tell)
            throws SQLException {
        Optional<String> function = pgstatindex(connection);
        if (function.isEmpty()) {
            tell.accept(
                    "Not measured: the extension pgstattuple is not installed here, or this role may not run it (CREATE EXTENSION pgstattuple; GRANT pg_stat_scan_tables TO the role).");
            return states;
        }
        Predicate<IndexState> inQuestion = RebuildPlan.inQuestion(states);
        List<IndexState> result = new ArrayList<>();
        long left = limit;
        int tooLarge = 0;
        for (IndexState state : states.stream()
                .sorted((a, b) -> Long.compare(a.bytes(), b.bytes()))
                .toList()) {
            if (!inQuestion.test(state) || state.refusal().isPresent()) {
                result.add(state);
            } else if (state.bytes() > left) {
                tooLarge++;
                result.add(state);
            } else {
                left -= state.bytes();
                result.add(measure(connection, function.get(), state, tell));
            }
        }
        if (tooLarge > 0) {
            tell.accept("Not measured, because --measure would be exceeded: " + tooLarge
                    + (tooLarge == 1 ? " index." : " indexes."));
        }
        return result;
    }

    private static Optional<String> pgstatindex(Connection connection) throws SQLException {
        return Rows.first(connection, PGSTATINDEX, row -> row.getString(1));
    }

    /**
     * Measures the size after a rebuild: without the empty and deleted pages, and with the other leaf pages as full as a
     * rebuild fills them.
     */
    private static IndexState measure(Connection connection, String function, IndexState state, Consumer<String> tell)
            throws SQLException {
        try {
            long bytes = Rows.only(
                    connection,
                    """
                select ((1 + m.internal_pages * m.needed_leaves / greatest(m.leaf_pages, 1) + m.needed_leaves)
                    * pg_catalog.current_setting('block_size')::int)::bigint
                from (
                    select s.internal_pages, s.leaf_pages,
                        pg_catalog.ceil(s.leaf_pages * case when s.avg_leaf_density = 'NaN' then 0 else s.avg_leaf_density end
                            / 100.0 / ?) as needed_leaves
                    from %s(?::bigint::oid::pg_catalog.regclass) s
                ) m
                """
                            .formatted(function),
                    row -> row.getLong(1),
                    state.fill(),
                    state.oid());
            return state.measuredAs(bytes);
        } catch (SQLException e) {
            if (!connection.isValid(5)) {
                throw e;
            }
            tell.accept(
                    "Not measured: " + state.name() + ": " + ServerError.of(e).message());
            return state;
        }
    }
}
