-- title:    Relations locked exclusively
-- severity: unknown for each table or index that a session holds in ACCESS EXCLUSIVE mode, or waits to hold, while this
--           report is made
-- why:      Nobody can read such a table, and neither can this report: it shows the sizes of the last VACUUM or
--           ANALYZE.
-- do:       If it lasts, look at what the session does. Run the report again when it has ended.
select
    'unknown' as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    null::numeric as value,
    'bytes' as unit,
    pg_catalog.format('size not read: %s', pg_catalog.string_agg(case
        when l.pid is null then 'a prepared transaction holds it'
        when l.granted then pg_catalog.format('pid %s holds it', l.pid)
        else pg_catalog.format('pid %s waits to hold it', l.pid) end, ', ' order by l.granted desc, l.pid)) as detail,
    null as fix
from pg_catalog.pg_locks l
join pg_catalog.pg_database d on d.oid = l.database and d.datname = pg_catalog.current_database()
join pg_catalog.pg_class c on c.oid = l.relation and c.relkind in ('r', 'm', 'i')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
group by n.nspname, c.relname
order by object;
