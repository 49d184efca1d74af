-- title:    Constraints not validated
-- severity: warning for each check constraint, foreign key or (from PostgreSQL 18 on) not-null constraint that was added
--           NOT VALID and never validated; none for one that is NOT ENFORCED, which is never validated
-- why:      New rows satisfy it, but older rows may not: they were never checked. The planner does not rely on it.
-- do:       Validate it; reads and writes go on meanwhile. Where that fails, fix the rows that it names first.
select
    'warning' as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    null::numeric as value,
    '' as unit,
    pg_catalog.format('%s %I', case k.contype when 'f' then 'foreign key' when 'n' then 'not-null constraint'
        else 'check constraint' end, k.conname) as detail,
    pg_catalog.format('alter table %I.%I validate constraint %I', n.nspname, c.relname, k.conname) as fix
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where not k.convalidated and k.contype in ('c', 'f', 'n') and c.relpersistence <> 't'
    and coalesce((pg_catalog.to_jsonb(k) ->> 'conenforced')::boolean, true)
    -- the parent's own: validating it validates those of its partitions
    and k.conparentid = 0 and k.coninhcount = 0
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by object, detail;
