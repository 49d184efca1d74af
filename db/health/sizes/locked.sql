-- The tables and indexes of this database that somebody holds, or waits to hold, in ACCESS EXCLUSIVE mode: whoever asks
-- for the size of one waits in the queue behind. For the queries that include this one.
select l.relation
from pg_catalog.pg_locks l
join pg_catalog.pg_database d on d.oid = l.database and d.datname = pg_catalog.current_database()
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid();
