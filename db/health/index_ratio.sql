-- title:    Indexes larger than their table
-- severity: info when the indexes of a table of 10 MB or more are larger than the table; warning when they are twice as
--           large
-- why:      Each insert writes to every index: such a table pays more for finding rows than for keeping them.
-- do:       Look for redundant, unused and bloated indexes of the table; then ask whether each of the others earns its
--           keep.
select
    case when indexes.bytes >= 2 * data.bytes then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    pg_catalog.round(indexes.bytes::numeric / data.bytes, 2) as value,
    'ratio' as unit,
    pg_catalog.format('%s of indexes for %s of data', pg_catalog.pg_size_pretty(indexes.bytes),
        pg_catalog.pg_size_pretty(data.bytes)) as detail,
    null as fix
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral (select pg_catalog.pg_table_size(c.oid) as bytes) data
cross join lateral (select pg_catalog.pg_indexes_size(c.oid) as bytes) indexes
where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and c.relhasindex and data.bytes >= 10 * 1024 * 1024 and indexes.bytes > data.bytes
order by value desc, object;
