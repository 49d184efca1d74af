package dbopt;

import java.util.ArrayList;
import java.util.List;

/**
 * What Citus writes into the catalog, where none runs: the extension's row, its two tables with the columns and the rights
 * of the real ones, the function that names a shard, and the one that undoes it all.
 */
public final class MadeUpCitus {
    private MadeUpCitus() {}

    /** Installs it. */
    public static void in(TestDatabase database) {
        database.runAsSuperuser(
                "set allow_system_table_mods = on",
                "insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) values (999, 'citus', 10, 11, false, '13.0-1')",
                "create table pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod \"char\", partkey text, colocationid int, repmodel \"char\", autoconverted bool)",
                "create table pg_catalog.pg_dist_shard (logicalrelid regclass, shardid bigint, shardstorage \"char\", shardminvalue text, shardmaxvalue text)",
                "grant select on pg_catalog.pg_dist_partition, pg_catalog.pg_dist_shard to public",
                // a name that is too long is cut and marked; a table in public is named without its schema
                """
                create function pg_catalog.shard_name(object_name regclass, shard_id bigint) returns text language sql stable strict as $$
                    select case n.nspname when 'public' then '' else pg_catalog.quote_ident(n.nspname) || '.' end
                        || pg_catalog.quote_ident(case when pg_catalog.length(c.relname || '_' || shard_id) < 64 then c.relname || '_' || shard_id
                            else pg_catalog.left(c.relname, 40) || '_' || pg_catalog.left(pg_catalog.md5(c.relname), 8) || '_' || shard_id end)
                    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = object_name
                $$""",
                """
                create function pg_catalog.citus_table_size(logicalrelid regclass) returns bigint language sql as $$
                    select pg_catalog.pg_table_size(logicalrelid)
                $$""");
    }

    /** Enters a table as divided into these shards, which may be there or on other nodes. */
    public static void divide(TestDatabase database, String table, long... shards) {
        List<String> statements = new ArrayList<>();
        statements.add("insert into pg_dist_partition values ('%s', 'h', null, 1, 's', false)".formatted(table));
        for (long shard : shards) {
            statements.add("insert into pg_dist_shard values ('%s', %d, 't', null, null)".formatted(table, shard));
        }
        database.runAsSuperuser(statements.toArray(String[]::new));
    }
}
