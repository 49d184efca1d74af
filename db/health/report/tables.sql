-- Every table with its sizes and how it is used, the largest first: for the report's tables and charts.
with sized as materialized (
    select
        pg_catalog.format('%I.%I', s.schemaname, s.relname) as table_name,
        coalesce(nullif(s.n_live_tup, 0), nullif(c.reltuples, -1), 0)::bigint as live_rows,
        s.n_dead_tup as dead_rows,
        pg_catalog.pg_table_size(s.relid) as data_bytes,
        pg_catalog.pg_indexes_size(s.relid) as index_bytes,
        s.seq_scan as sequential_scans,
        coalesce(s.idx_scan, 0) as index_scans,
        greatest(s.last_analyze, s.last_autoanalyze) as last_analyzed,
        greatest(s.last_vacuum, s.last_autovacuum) as last_vacuumed
    from pg_catalog.pg_stat_user_tables s
    join pg_catalog.pg_class c on c.oid = s.relid and c.relkind in ('r', 'm') and c.relpersistence <> 't'
)
select table_name, live_rows, dead_rows, data_bytes, index_bytes, sequential_scans, index_scans, last_analyzed, last_vacuumed
from sized
order by data_bytes + index_bytes desc, table_name;
