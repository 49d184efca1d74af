-- title:    Invalid indexes
-- severity: warning; critical for a unique one, whose rule is not kept; none for one that is being built right now
-- why:      A concurrent build or drop did not end well. No query uses such an index, but writes keep it up to date.
-- do:       Build it anew, or drop it if it is a leftover (its name ends in _ccnew or _ccold).
with being_built as (
    select index_relid from pg_catalog.pg_stat_progress_create_index where index_relid <> 0
)
select
    case when i.indisunique and c.relname !~ '_cc(new|old)[0-9]*$' then 'critical' else 'warning' end as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    pg_catalog.pg_relation_size(c.oid) as value,
    'bytes' as unit,
    pg_catalog.format('on %I', t.relname) as detail,
    case when c.relname ~ '_cc(new|old)[0-9]*$' then pg_catalog.format('drop index concurrently %I.%I', n.nspname, c.relname)
        else pg_catalog.format('reindex index concurrently %I.%I', n.nspname, c.relname) end as fix
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where not (i.indisvalid and i.indisready and i.indislive)
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and c.oid not in (select index_relid from being_built)
order by severity, object;
