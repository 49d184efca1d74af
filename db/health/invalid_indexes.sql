-- title:    Invalid indexes
-- severity: warning; critical for a unique one, whose rule is not kept; none for one that is being built right now
-- why:      A concurrent build or drop did not end well. No query uses such an index, but writes keep it up to date.
-- do:       Build it anew, or drop it if it is a leftover (its name ends in _ccnew or _ccold).
with being_built as (
    select index_relid from pg_catalog.pg_stat_progress_create_index where index_relid <> 0
)
select
    case when i.indisunique and c.relname !~ '_cc(new|old)[0-9]*$' then 'critical' else 'warning' end as severity,
    found.index_name as object,
    found.index_size as value,
    'bytes' as unit,
    pg_catalog.format('on %I', t.relname) as detail,
    case when c.relname ~ '_cc(new|old)[0-9]*$' then 'drop index concurrently ' || found.index_name
        else 'reindex index concurrently ' || found.index_name end as fix
from (
    -- include pg-index-health invalid_indexes
) found
join pg_catalog.pg_index i on not i.indisvalid and i.indexrelid::pg_catalog.regclass::text = found.index_name
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
where c.oid not in (select index_relid from being_built)
order by severity, object;
