-- Every index with its size and how often it was used, the largest first: for the report's tables and charts.
with sizes as materialized (
    -- include db/health/sizes/indexes.sql
)
select
    pg_catalog.format('%I.%I', s.schemaname, s.indexrelname) as index_name,
    pg_catalog.format('%I.%I', s.schemaname, s.relname) as table_name,
    z.bytes,
    s.idx_scan as scans,
    i.indisunique as is_unique,
    i.indisvalid as is_valid
from pg_catalog.pg_stat_user_indexes s
join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
join sizes z on z.indexrelid = s.indexrelid
order by bytes desc, index_name;
