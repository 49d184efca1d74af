-- title:    Undone indexes
-- severity: critical for each index that an undo restored and that is now missing, not valid or a different one
-- why:      The drop was undone because the index was needed. The schema history says that it exists, so nobody looks.
-- do:       Build it again, concurrently. Then find out who dropped it: the application's framework drops what its models
--           do not define.
-- needs:    public.flyway_schema_history
--
-- Only the undo scripts say what they build; dbopt inserts it below.
with built (script, index_name, definition) as (
    -- include what undo scripts build
),
latest as (
    select distinct on (h.version) h.script
    from public.flyway_schema_history h
    where h.version is not null
    order by h.version, h.installed_rank desc
)
select
    'critical' as severity,
    b.index_name as object,
    null::bigint as value,
    '' as unit,
    pg_catalog.format('%s restored it, and %s', b.script, case
        when i.indexrelid is null then 'it is missing'
        when not (i.indisvalid and i.indisready and i.indislive) then 'it is not valid'
        else 'it is a different one now: ' || pg_catalog.pg_get_indexdef(i.indexrelid) end) as detail,
    case
        when i.indexrelid is null then
            pg_catalog.regexp_replace(b.definition, '^CREATE (UNIQUE )?INDEX ', 'CREATE \1INDEX CONCURRENTLY ')
        when not (i.indisvalid and i.indisready and i.indislive) then
            pg_catalog.format('reindex index concurrently %s', b.index_name)
    end as fix
from built b
join latest l on l.script = b.script
left join pg_catalog.pg_index i on i.indexrelid = pg_catalog.to_regclass(b.index_name)
where i.indexrelid is null
    or not (i.indisvalid and i.indisready and i.indislive)
    or pg_catalog.pg_get_indexdef(i.indexrelid) <> b.definition
order by b.index_name;
