-- How each table is read and written, on this node. A standby counts its own reads, and no writes.
select
    s.relid as id,
    s.schemaname as schema_name,
    s.relname as table_name,
    s.seq_scan as sequential_scans,
    s.seq_tup_read as rows_read_sequentially,
    coalesce(s.idx_scan, 0) as index_scans,
    s.n_tup_ins as inserted,
    s.n_tup_upd as updated,
    -- of those, the ones that wrote to no index
    s.n_tup_hot_upd as updated_heap_only,
    s.n_tup_del as deleted,
    s.n_live_tup as live_rows,
    -- the partitioned table that it is a partition of; none of one that is itself partitioned, since it has no rows
    case when c.relispartition and c.relkind <> 'p' then (
        select pg_catalog.format('%I.%I', n.nspname, w.relname)
        from pg_catalog.pg_class w
        join pg_catalog.pg_namespace n on n.oid = w.relnamespace
        where w.oid = pg_catalog.pg_partition_root(c.oid)
    ) end as whole
from pg_catalog.pg_stat_user_tables s
join pg_catalog.pg_class c on c.oid = s.relid and c.relpersistence <> 't'
order by s.relid;
