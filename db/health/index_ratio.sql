-- title:    Indexes larger than their table
-- severity: info when the indexes of a table of 10 MB or more are larger than the table; warning when they are twice as
--           large
-- why:      Each insert writes to every index: such a table pays more for finding rows than for keeping them.
-- do:       Look for redundant, unused and bloated indexes of the table; then ask whether each of the others earns its
--           keep.
with table_sizes as materialized (
    -- include db/health/sizes/tables.sql
),
index_sizes as materialized (
    -- include db/health/sizes/indexes.sql
),
sized as (
    select t.oid, t.bytes as data_bytes, pg_catalog.sum(i.bytes) as index_bytes
    from table_sizes t
    join index_sizes i on i.indrelid = t.oid
    where t.bytes >= 10 * 1024 * 1024
    group by t.oid, t.bytes
)
select
    case when s.index_bytes >= 2 * s.data_bytes then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    pg_catalog.round(s.index_bytes / s.data_bytes, 2) as value,
    'ratio' as unit,
    pg_catalog.format('%s of indexes for %s of data', pg_catalog.pg_size_pretty(s.index_bytes),
        pg_catalog.pg_size_pretty(s.data_bytes)) as detail,
    null as fix
from sized s
join pg_catalog.pg_class c on c.oid = s.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where s.index_bytes > s.data_bytes
order by value desc, object;
