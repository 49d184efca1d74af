-- title:    Btree indexes on arrays
-- severity: info for each btree index with an array among its keys
-- why:      It finds whole arrays, equal or in order. A search for an element (ANY, @>, &&) cannot use it.
-- do:       If queries search for elements, create a GIN index on the column, concurrently, and drop this one; if they
--           compare whole arrays, keep it.
with index_sizes as materialized (
    -- include db/health/sizes/indexes.sql
)
select
    'info' as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    z.bytes as value,
    'bytes' as unit,
    pg_catalog.format('column %I of %I.%I', a.attname, n.nspname, t.relname) as detail,
    null as fix
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relpersistence <> 't' and not c.relispartition
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
join pg_catalog.pg_am am on am.oid = c.relam and am.amname = 'btree'
join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
join pg_catalog.pg_type y on y.oid = a.atttypid and y.typcategory = 'A'
left join index_sizes z on z.indexrelid = i.indexrelid
order by value desc nulls last, object, detail;
