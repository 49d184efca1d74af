package dbopt.migrate;

import dbopt.project.HistoryTable;
import dbopt.schemas.OneSchema;
import dbopt.server.Rows;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Whether Flyway's {@code migrate} would begin with the baseline, known without Flyway's own query. That one reads the catalogs
 * of the whole database, which takes longer than the drop of an index where there are thousands of schemas.
 */
final class KnownBaseline {
    /**
     * Looks for some of what Flyway counts: if the schema holds one of these, it is not empty for Flyway either. The history
     * is asked for in the same query: what another process has migrated meanwhile needs no baseline.
     */
    private static final String IS_WITHOUT_HISTORY_AND_NOT_EMPTY =
            """
            with schema as materialized (
                select oid from pg_catalog.pg_namespace where nspname = ?
            )
            select exists (
                    -- each belongs to its schema; there is an index for that, and none on the schemas in pg_class
                    select from pg_catalog.pg_depend belongs
                    join pg_catalog.pg_class c on c.oid = belongs.objid
                    where belongs.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                        and belongs.refobjid = (select oid from schema)
                        and belongs.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                        and c.relkind in ('r', 'v', 'S')
                        and not exists (
                            select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e'
                        )
                )
                and not exists (
                    select from pg_catalog.pg_class c where c.relnamespace = (select oid from schema) and c.relname = ?
                )
            """;

    private KnownBaseline() {}

    /**
     * Whether the schema, which has no schema history, gets a baseline for certain. False if that is Flyway's to find out: the
     * history is kept in another schema, or this one holds no table, view or sequence of its own.
     */
    static boolean isDue(OneSchema one) throws SQLException {
        Configuration configuration = one.configuration();
        if (!configuration.isBaselineOnMigrate()
                || configuration.isSkipExecutingMigrations()
                || !Stream.of(configuration.getSchemas()).allMatch(one.schema()::equals)) {
            return false;
        }
        HistoryTable history = HistoryTable.of(one.connection(), configuration);
        return history.schema().equals(one.schema())
                && Rows.only(
                        one.connection(),
                        IS_WITHOUT_HISTORY_AND_NOT_EMPTY,
                        row -> row.getBoolean(1),
                        one.schema(),
                        history.table());
    }
}
