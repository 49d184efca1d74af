package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Finds indexes that an interrupted drop or build left invalid, and that no session is working on. No query uses such an
 * index, but every write maintains it. Names are schema-qualified and quoted where SQL needs it.
 */
public final class InvalidIndexes {
    private static final String QUERY =
            """
            select pg_catalog.format('%I.%I', n.nspname, c.relname)
            from pg_catalog.pg_index i
            join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
            where not i.indisvalid and c.relname !~ '_cc(new|old)[0-9]*$'
                and not exists (
                    select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid
                )
                and not exists (
                    select from pg_catalog.pg_locks l
                    where l.relation = i.indexrelid and l.granted and l.pid <> pg_catalog.pg_backend_pid()
                        and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
                        and l.mode in ('ShareUpdateExclusiveLock', 'AccessExclusiveLock')
                )
            order by 1
            """;

    private InvalidIndexes() {}

    /** Returns all invalid indexes of the database. */
    public static List<String> in(Connection connection) throws SQLException {
        return Rows.all(connection, QUERY, row -> row.getString(1));
    }

    /** Returns the invalid indexes among the named ones. */
    public static List<String> among(Collection<String> names, Connection connection) throws SQLException {
        List<String> invalid = in(connection);
        invalid.retainAll(names);
        return invalid;
    }

    /** Explains what an invalid index means, with a line for each. */
    public static String text(List<String> invalid) {
        List<String> lines = new ArrayList<>();
        for (String index : invalid) {
            lines.add(index + " is left invalid: no query uses it, but every write still maintains it.");
        }
        return String.join("\n", lines);
    }

    /** Returns the statements that make the indexes valid again. */
    public static String repair(List<String> invalid) {
        List<String> statements = new ArrayList<>();
        for (String index : invalid) {
            statements.add("REINDEX INDEX CONCURRENTLY " + index + ";");
        }
        return String.join(" ", statements);
    }
}
