-- title:    Indexes larger than their table
-- severity: info when the indexes of a table of 10 MB or more are larger than the table; warning when they are twice as
--           large
-- why:      Each insert writes to every index: such a table pays more for finding rows than for keeping them.
-- do:       Look for redundant, unused and bloated indexes of the table; then ask whether each of the others earns its
--           keep.
--
-- What the indexes are larger for is told apart: redundant ones; bloat, by the same estimate as the check of bloated
-- indexes; what is neither; and what cannot be judged.
with table_sizes as materialized (
    -- include db/health/sizes/tables.sql
),
index_sizes as materialized (
    -- include db/health/sizes/indexes.sql
),
estimates as materialized (
    -- include db/health/sizes/index_estimates.sql
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
),
sized as (
    select t.oid, t.bytes as data_bytes, pg_catalog.sum(i.bytes) as index_bytes
    from table_sizes t
    join index_sizes i on i.indrelid = t.oid
    where t.bytes >= 10 * 1024 * 1024
    group by t.oid, t.bytes
),
large as materialized (
    select * from sized s where s.index_bytes > s.data_bytes
),
told_apart as (
    select
        l.oid,
        coalesce(pg_catalog.sum(i.bytes) filter (where r.index_name is not null), 0) as redundant_bytes,
        coalesce(pg_catalog.sum(i.bytes - e.at_most) filter (where r.index_name is null and i.bytes >= 1.7 * e.at_most), 0) as bloat_bytes,
        coalesce(pg_catalog.sum(i.bytes) filter (
            where r.index_name is null and (e.reason is not null or i.bytes < 1.7 * e.at_most and i.bytes >= 1.7 * e.at_least)), 0)
            as unknown_bytes
    from large l
    join index_sizes i on i.indrelid = l.oid
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join estimates e on e.indexrelid = i.indexrelid
    left join redundant r on r.schema_name = n.nspname and r.index_name = c.relname
    group by l.oid
)
select
    case when s.index_bytes >= 2 * s.data_bytes then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    pg_catalog.round(s.index_bytes / s.data_bytes, 2) as value,
    'ratio' as unit,
    pg_catalog.format('%s of indexes for %s of data: %s redundant, about %s bloat, %s needed%s', pg_catalog.pg_size_pretty(s.index_bytes),
        pg_catalog.pg_size_pretty(s.data_bytes), pg_catalog.pg_size_pretty(a.redundant_bytes), pg_catalog.pg_size_pretty(a.bloat_bytes),
        pg_catalog.pg_size_pretty(s.index_bytes - a.redundant_bytes - a.bloat_bytes - a.unknown_bytes),
        case when a.unknown_bytes > 0 then ', ' || pg_catalog.pg_size_pretty(a.unknown_bytes) || ' unknown' else '' end) as detail,
    null as fix
from large s
join told_apart a using (oid)
join pg_catalog.pg_class c on c.oid = s.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by value desc, object;
