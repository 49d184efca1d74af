-- How often each index was scanned, on this node. The OID tells an index from one that was built in its place.
-- The size, and the rows, are those that the last VACUUM, ANALYZE or build has found: to look at each file costs seconds.
-- To print an expression or a predicate the server opens the table: where somebody holds it exclusively, the index is
-- left out this time.
with locked as materialized (
    -- include db/health/sizes/locked.sql
)
select
    s.indexrelid as id,
    s.relid as table_id,
    s.schemaname as schema_name,
    s.relname as table_name,
    s.indexrelname as index_name,
    pg_catalog.pg_get_indexdef(s.indexrelid) as definition,
    s.idx_scan as scans,
    s.idx_tup_read as entries_read,
    -- from PostgreSQL 16 on
    (pg_catalog.to_jsonb(s) ->> 'last_idx_scan')::timestamptz as last_scan,
    c.relpages * pg_catalog.current_setting('block_size')::bigint as bytes,
    -- found at the same moment as its size
    case when c.reltuples >= 0 then c.reltuples::bigint end as rows_in_it
from pg_catalog.pg_stat_user_indexes s
join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
join pg_catalog.pg_class c on c.oid = s.indexrelid
where c.relpersistence <> 't'
    and not ((i.indexprs is not null or i.indpred is not null) and i.indrelid in (select l.relation from locked l))
order by s.indexrelid;
