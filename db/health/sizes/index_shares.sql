-- What the indexes of each table take, in bytes, for the queries that include this one: all of it, and of that the redundant
-- ones; bloat, by the same estimate as the check of bloated indexes; and what cannot be judged. The rest is simply needed.
-- Reads only the catalog.
with index_sizes as materialized (
    -- include db/health/sizes/indexes.sql
),
estimates as materialized (
    -- include db/health/sizes/index_estimates.sql
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
)
select
    i.indrelid,
    pg_catalog.sum(i.bytes) as index_bytes,
    coalesce(pg_catalog.sum(i.bytes) filter (where r.index_name is not null), 0) as redundant_bytes,
    coalesce(pg_catalog.sum(i.bytes - e.at_most) filter (where r.index_name is null and i.bytes >= 1.7 * e.at_most), 0) as bloat_bytes,
    coalesce(pg_catalog.sum(i.bytes) filter (
        where r.index_name is null and (e.reason is not null or i.bytes < 1.7 * e.at_most and i.bytes >= 1.7 * e.at_least)), 0)
        as unknown_bytes
from index_sizes i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join estimates e on e.indexrelid = i.indexrelid
left join redundant r on r.schema_name = n.nspname and r.index_name = c.relname
group by i.indrelid;
