-- title:    Foreign keys without an index
-- severity: warning when the table has 1,000 rows or more; else info
-- why:      Deleting a row of the other table, or changing its key, reads this whole table each time.
-- do:       Create an index that begins with the columns of the foreign key, concurrently, if rows of the other table
--           are ever deleted.
with recursive keys as (
    -- a partition has a key of its own for each of its parent's: the parent's is the one to tell
    select f.oid, f.oid as root, f.conrelid, f.conkey
    from pg_catalog.pg_constraint f
    join pg_catalog.pg_class c on c.oid = f.conrelid and c.relpersistence <> 't'
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
    where f.contype = 'f' and f.conparentid = 0
        -- from PostgreSQL 18 on, a key may be NOT ENFORCED: nobody looks for its rows
        and coalesce((pg_catalog.to_jsonb(f) ->> 'conenforced')::boolean, true)
    union all
    select f.oid, k.root, f.conrelid, f.conkey
    from keys k
    join pg_catalog.pg_constraint f on f.conparentid = k.oid and f.contype = 'f'
),
searched as (
    select distinct k.root, k.conrelid, k.conkey
    from keys k
    join pg_catalog.pg_class c on c.oid = k.conrelid and c.relkind = 'r'
),
judged as (
    select
        s.root,
        coalesce(nullif(pg_catalog.pg_stat_get_live_tuples(c.oid), 0), greatest(c.reltuples, 0))::bigint as live_rows,
        exists (
            select from pg_catalog.pg_index i
            join pg_catalog.pg_class x on x.oid = i.indexrelid
            join pg_catalog.pg_am am on am.oid = x.relam and am.amname <> 'brin'
            where i.indrelid = s.conrelid and i.indisvalid and i.indisready
                -- in any order, but nothing else among them
                and i.indnkeyatts >= pg_catalog.cardinality(s.conkey)
                and (i.indkey::int2[])[0:pg_catalog.cardinality(s.conkey) - 1] @> s.conkey
                -- a partial index serves if it leaves out only the nulls of these columns
                and not exists (
                    select from pg_catalog.regexp_split_to_table(
                        pg_catalog.regexp_replace(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '^[(]([(].*[)])[)]$', '\1'),
                        ' AND ') term
                    where term not in (
                        select pg_catalog.format('(%I IS NOT NULL)', a.attname)
                        from pg_catalog.pg_attribute a
                        where a.attrelid = s.conrelid and a.attnum = any (s.conkey)
                    )
                )
        ) as served
    from searched s
    join pg_catalog.pg_class c on c.oid = s.conrelid
),
found as (
    select
        f.conname, c.relkind = 'p' as partitioned, pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name,
        pg_catalog.count(*) as searched, pg_catalog.count(*) filter (where not j.served) as unserved,
        pg_catalog.sum(j.live_rows) filter (where not j.served) as live_rows,
        (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.position)
            from pg_catalog.unnest(f.conkey) with ordinality k (number, position)
            join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number) as columns
    from judged j
    join pg_catalog.pg_constraint f on f.oid = j.root
    join pg_catalog.pg_class c on c.oid = f.conrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    group by f.oid, f.conname, f.conkey, f.conrelid, c.relkind, n.nspname, c.relname
)
select
    case when live_rows >= 1000 then 'warning' else 'info' end as severity,
    table_name as object,
    live_rows as value,
    'rows' as unit,
    pg_catalog.format('foreign key %I (%s)%s', conname, columns,
        case when partitioned then pg_catalog.format(' in %s of %s partitions; its fix makes writes wait', unserved, searched) else '' end) as detail,
    pg_catalog.format('create index %son %s (%s)', case when partitioned then '' else 'concurrently ' end, table_name, columns) as fix
from found
where unserved > 0
order by severity desc, value desc, object, detail;
