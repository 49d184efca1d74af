-- The tables that somebody holds, or waits to hold, in ACCESS EXCLUSIVE mode, and who: as long as that lasts, the server tells
-- nobody how their partitions, views and defaults read.
-- Reads only the catalog and the locks; PostgreSQL 14 to 18; also on a standby.
select pg_catalog.format('%I.%I (%s)', n.nspname, c.relname, pg_catalog.string_agg(distinct case
    when l.pid is null then 'a prepared transaction holds it'
    when l.granted then pg_catalog.format('pid %s holds it', l.pid)
    else pg_catalog.format('pid %s waits to hold it', l.pid) end, ', ')) as name
from pg_catalog.pg_locks l
join pg_catalog.pg_database d on d.oid = l.database and d.datname = pg_catalog.current_database()
join pg_catalog.pg_class c on c.oid = l.relation and c.relkind in ('r', 'p', 'v', 'm')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock'
group by n.nspname, c.relname
order by 1;
