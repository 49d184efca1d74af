-- title:    Foreign keys of another type
-- severity: info for each foreign key with a column of another type, or another length, than the column that it refers to
-- why:      A narrower column cannot hold every key of the other table: once the keys pass it, inserts fail. And each
--           comparison of the two converts one of them.
-- do:       Give the column the type of the key that it refers to, in good time: changing it rewrites the table.
select
    'info' as severity,
    found.table_name as object,
    null::numeric as value,
    '' as unit,
    'foreign key ' || found.constraint_name as detail,
    null as fix
from (
    -- include pg-index-health foreign_keys_with_unmatched_column_type
) found
order by object, detail;
