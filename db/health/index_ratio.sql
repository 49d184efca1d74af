-- title:    Indexes larger than their table
-- severity: info when the indexes of a table of 10 MB or more are larger than the table; warning when they are twice as
--           large
-- why:      Each insert writes to every index: such a table pays more for finding rows than for keeping them.
-- do:       Look for redundant, unused and bloated indexes of the table; then ask whether each of the others earns its
--           keep.
with large as materialized (
    -- every size is a look at the file system: only of the few that matter
    select c.oid, n.nspname, c.relname
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and c.relhasindex
        and pg_catalog.pg_relation_size(c.oid) + coalesce(pg_catalog.pg_relation_size(nullif(c.reltoastrelid, 0)), 0)
            >= 10 * 1024 * 1024
),
sized as materialized (
    select nspname, relname, pg_catalog.pg_table_size(oid) as data_bytes, pg_catalog.pg_indexes_size(oid) as index_bytes
    from large
)
select
    case when index_bytes >= 2 * data_bytes then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', nspname, relname) as object,
    pg_catalog.round(index_bytes::numeric / data_bytes, 2) as value,
    'ratio' as unit,
    pg_catalog.format('%s of indexes for %s of data', pg_catalog.pg_size_pretty(index_bytes),
        pg_catalog.pg_size_pretty(data_bytes)) as detail,
    null as fix
from sized
where index_bytes > data_bytes
order by value desc, object;
