-- In the twin: every index, and the constraint that it belongs to.
select n.nspname as schema_name, c.relname as name, pg_catalog.format('%I.%I', n.nspname, c.relname) as qualified,
    coalesce((
        select k.conname
        from pg_catalog.pg_constraint k
        -- by its table too: there is an index for that
        where k.conrelid = i.indrelid and k.conindid = c.oid and k.contype in ('p', 'u', 'x')
        limit 1
    ), '') as constraint_name
from pg_catalog.pg_class c
join pg_catalog.pg_index i on i.indexrelid = c.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('i', 'I') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
