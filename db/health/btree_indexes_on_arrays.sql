-- title:    Btree indexes on arrays
-- severity: info for each btree index with an array among its keys
-- why:      It finds whole arrays, equal or in order. A search for an element (ANY, @>, &&) cannot use it.
-- do:       If queries search for elements, create a GIN index on the column, concurrently, and drop this one; if they
--           compare whole arrays, keep it.
select
    'info' as severity,
    found.index_name as object,
    found.index_size as value,
    'bytes' as unit,
    pg_catalog.format('column %s of %s', found.column_name, found.table_name) as detail,
    null as fix
from (
    -- include pg-index-health btree_indexes_on_array_columns
) found
order by value desc, object, detail;
