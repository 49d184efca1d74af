-- The invalid indexes that an interrupted REINDEX CONCURRENTLY left, with the number of their table, in TOAST too: the new
-- one (_ccnew) if it broke off before both were swapped, the old one (_ccold) if after; busy while a session works on it.
select
    i.indexrelid::bigint as oid,
    i.indrelid::bigint as table_oid,
    c.relname::text as name,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as index_name,
    pg_catalog.format('%I.%I', tn.nspname, t.relname) as table_name,
    exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
        or exists (
            select from pg_catalog.pg_locks l
            where l.relation = i.indexrelid and l.granted and l.pid <> pg_catalog.pg_backend_pid()
                and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
                and l.mode in ('ShareUpdateExclusiveLock', 'AccessExclusiveLock')
        ) as busy
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
order by index_name;
