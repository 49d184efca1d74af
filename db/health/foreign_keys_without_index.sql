-- title:    Foreign keys without an index
-- severity: warning when the table has 1,000 rows or more; else info
-- why:      Deleting a row of the other table, or changing its key, reads this whole table each time.
-- do:       Create an index that begins with the columns of the foreign key, concurrently, if rows of the other table
--           are ever deleted.
with keys as (
    select f.conrelid, f.conname, f.conkey, f.confrelid, n.nspname, c.relname,
        coalesce(nullif(pg_catalog.pg_stat_get_live_tuples(c.oid), 0), greatest(c.reltuples, 0))::bigint as live_rows,
        (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.position)
            from pg_catalog.unnest(f.conkey) with ordinality k (number, position)
            join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number) as columns
    from pg_catalog.pg_constraint f
    join pg_catalog.pg_class c on c.oid = f.conrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where f.contype = 'f' and n.nspname !~ '^pg_'
        and not exists (
            select from pg_catalog.pg_index i
            where i.indrelid = f.conrelid and i.indisvalid and i.indisready
                -- a partial index serves if it leaves out only the nulls
                and (i.indpred is null
                    or pg_catalog.pg_get_expr(i.indpred, i.indrelid) ~* '^\(?"?[^ ()]+"? IS NOT NULL\)?$')
                -- in any order, but nothing else among them
                and (i.indkey::int2[])[0:pg_catalog.cardinality(f.conkey) - 1] @> f.conkey
        )
)
select
    case when live_rows >= 1000 then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', nspname, relname) as object,
    live_rows as value,
    'rows' as unit,
    pg_catalog.format('foreign key %I (%s)', conname, columns) as detail,
    pg_catalog.format('create index concurrently on %I.%I (%s)', nspname, relname, columns) as fix
from keys
order by severity desc, value desc, object, detail;
