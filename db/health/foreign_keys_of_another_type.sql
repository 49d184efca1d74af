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
    pg_catalog.format('foreign key %s: %s', found.constraint_name, (
        select pg_catalog.string_agg(pg_catalog.format('%I is %s, %s.%I is %s', a.attname,
            pg_catalog.format_type(a.atttypid, a.atttypmod), k.confrelid::pg_catalog.regclass, b.attname,
            pg_catalog.format_type(b.atttypid, b.atttypmod)), '; ' order by key.position)
        from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) with ordinality key (from_column, to_column, position)
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.from_column
        join pg_catalog.pg_attribute b on b.attrelid = k.confrelid and b.attnum = key.to_column
        where (a.atttypid, a.atttypmod) <> (b.atttypid, b.atttypmod))) as detail,
    null as fix
from (
    -- include pg-index-health foreign_keys_with_unmatched_column_type
) found
join pg_catalog.pg_constraint k on k.contype = 'f' and pg_catalog.quote_ident(k.conname) = found.constraint_name
    and k.conrelid::pg_catalog.regclass::text = found.table_name
order by object, detail;
