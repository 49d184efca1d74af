-- title:    Tables of several nodes
-- severity: unknown where Citus divides tables among nodes; nothing without Citus
-- why:      Sizes and counters here are those of this node alone: a coordinator has no row of such a table, and a worker has
--           only its own shards. An index that nobody scans here may be essential on another node.
-- do:       Do not judge these tables from one node. Look at each worker too; functions of Citus, such as
--           citus_table_size and run_command_on_shards, cover the whole table.
--
-- dbopt proposes no drop and no rebuild of their indexes, and its migrations refuse one.
with sharded as materialized (
    -- include db/audit/sharded_tables.sql
)
select
    'unknown' as severity,
    pg_catalog.format('tables: %s', pg_catalog.count(*)) as object,
    null::bigint as value,
    '' as unit,
    pg_catalog.format('Citus divides them among nodes, or they are shards of such tables (%s%s): sizes and counters here are not of all nodes',
        (pg_catalog.array_agg(pg_catalog.format('%I.%I', n.nspname, c.relname) order by n.nspname, c.relname))[1],
        case when pg_catalog.count(*) > 1 then ' and others' else '' end) as detail,
    null as fix
from sharded s
join pg_catalog.pg_class c on c.oid = s.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
having pg_catalog.count(*) > 0;
