-- The btree indexes of 1 MB or more with their rows now, for dbopt health --evidence to compare with the best that each has
-- been. What is redundant is better dropped, and is left out.
with estimates as materialized (
    -- include db/health/sizes/index_estimates.sql
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
)
select
    e.indexrelid::bigint as oid,
    n.nspname as schema_name,
    c.relname as bare_name,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    i.indisexclusion as exclusion,
    e.bytes,
    greatest(e.row_count, 0)::bigint as row_count
from estimates e
join pg_catalog.pg_index i using (indexrelid)
join pg_catalog.pg_class c on c.oid = e.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where not exists (select from redundant r where r.schema_name = n.nspname and r.index_name = c.relname)
order by e.bytes desc, object;
