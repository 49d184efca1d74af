-- title:    Indexes larger than their table
-- severity: info when the indexes of a table of 10 MB or more are larger than the table; warning when they are twice as
--           large
-- why:      Each insert writes to every index: such a table pays more for finding rows than for keeping them.
-- do:       Look for redundant, unused and bloated indexes of the table; then ask whether each of the others earns its
--           keep.
--
-- The finding says what the size is made of: redundant indexes; bloat, by the same estimate as the check of bloated
-- indexes; what is neither; and what cannot be judged.
with table_sizes as materialized (
    -- include db/health/sizes/tables.sql
),
shares as materialized (
    -- include db/health/sizes/index_shares.sql
)
select
    case when s.index_bytes >= 2 * t.bytes then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    pg_catalog.round(s.index_bytes / t.bytes, 2) as value,
    'ratio' as unit,
    pg_catalog.format('%s of indexes for %s of data: %s redundant, about %s bloat, %s needed%s', pg_catalog.pg_size_pretty(s.index_bytes),
        pg_catalog.pg_size_pretty(t.bytes), pg_catalog.pg_size_pretty(s.redundant_bytes), pg_catalog.pg_size_pretty(s.bloat_bytes),
        pg_catalog.pg_size_pretty(s.index_bytes - s.redundant_bytes - s.bloat_bytes - s.unknown_bytes),
        case when s.unknown_bytes > 0 then ', ' || pg_catalog.pg_size_pretty(s.unknown_bytes) || ' unknown' else '' end) as detail,
    null as fix
from table_sizes t
join shares s on s.indrelid = t.oid and s.index_bytes > t.bytes
join pg_catalog.pg_class c on c.oid = t.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where t.bytes >= 10 * 1024 * 1024
order by value desc, object;
