-- Every table with its sizes and how it is used, the largest first: for the report's tables and charts.
with table_sizes as materialized (
    -- include db/health/sizes/tables.sql
),
index_sizes as materialized (
    -- include db/health/sizes/indexes.sql
),
indexes as materialized (
    select indrelid, pg_catalog.sum(bytes) as bytes from index_sizes group by indrelid
)
select
    pg_catalog.format('%I.%I', s.schemaname, s.relname) as table_name,
    coalesce(nullif(s.n_live_tup, 0), nullif(c.reltuples, -1), 0)::bigint as live_rows,
    s.n_dead_tup as dead_rows,
    t.bytes as data_bytes,
    coalesce(i.bytes, 0) as index_bytes,
    s.seq_scan as sequential_scans,
    coalesce(s.idx_scan, 0) as index_scans,
    greatest(s.last_analyze, s.last_autoanalyze) as last_analyzed,
    greatest(s.last_vacuum, s.last_autovacuum) as last_vacuumed
from pg_catalog.pg_stat_user_tables s
join pg_catalog.pg_class c on c.oid = s.relid
join table_sizes t on t.oid = s.relid
left join indexes i on i.indrelid = s.relid
order by t.bytes + coalesce(i.bytes, 0) desc, table_name;
