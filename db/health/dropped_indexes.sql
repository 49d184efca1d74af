-- title:    Dropped indexes
-- severity: critical for each keeper that is missing or not valid, warning for each dropped index that exists again
-- why:      A migration dropped an index because another one, its keeper, serves in its place: without the keeper, nothing does.
--           An index that exists again costs what it did before.
-- do:       Create the keeper again, or undo the migration. Drop what exists again, and remove it from the application's
--           models: its framework creates it.
-- needs:    public.flyway_schema_history
--
-- Only the migrations say what they drop, whatever the drop is based on; dbopt inserts it below.
with dropped (script, index_name, keeper, definition) as (
    -- include what migrations drop
),
latest as (
    select distinct on (h.version) h.script, h.type, h.success
    from public.flyway_schema_history h
    where h.version is not null
    order by h.version, h.installed_rank desc
),
gone as (
    select d.*, pg_catalog.to_regclass(d.index_name) as returned, pg_catalog.to_regclass(d.keeper) as kept
    from dropped d
    join latest l on pg_catalog.regexp_replace(l.script, '^.*/', '') = d.script
    where l.type = 'SQL' and l.success
)
select
    'critical' as severity,
    g.keeper as object,
    null::bigint as value,
    '' as unit,
    pg_catalog.format('%s dropped %s, for which it serves, and it is %s',
        g.script, g.index_name, case when g.kept is null then 'missing' else 'not valid' end) as detail,
    case when g.kept is not null then pg_catalog.format('reindex index concurrently %s', g.keeper) end as fix
from gone g
left join pg_catalog.pg_index i on i.indexrelid = g.kept
where g.keeper is not null and g.returned is null and not coalesce(i.indisvalid and i.indisready and i.indislive, false)
union all
select
    'warning',
    g.index_name,
    null,
    '',
    pg_catalog.format('%s dropped it, and it exists again', g.script),
    pg_catalog.format('drop index concurrently %s', g.index_name)
from gone g
join pg_catalog.pg_index i on i.indexrelid = g.returned
order by object;
