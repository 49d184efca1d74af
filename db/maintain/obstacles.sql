-- What speaks against rebuilding an index of this table now. A rebuild waits forevery transaction that began before it,
-- writes an index's worth of write-ahead log, and cannot run beside another one, or a VACUUM, of the same table.
-- The parameters: the table's number, and the seconds after which a transaction counts as long. A role without
-- pg_read_all_stats does not see how long others' transactions are open: there the lock time-out decides.
with here as (
    select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
),
asked as (
    select ?::bigint::oid as table_oid, ?::bigint as seconds
)
select 'server' as scope,
    pg_catalog.format('the replication slot %I is inactive and keeps all write-ahead log: drop it if nothing will read it again (select pg_drop_replication_slot(%L))',
        s.slot_name, s.slot_name) as text
from pg_catalog.pg_replication_slots s
where not s.active and not s.temporary and s.restart_lsn is not null
union all
select 'server', pg_catalog.format('the standby %s is %s behind', r.application_name,
    pg_catalog.pg_size_pretty(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn)))
from pg_catalog.pg_stat_replication r
where pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn) > 1024 * 1024 * 1024
union all
select 'database', pg_catalog.format('pid %s has a transaction open for %s s', a.pid,
    pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)))
from pg_catalog.pg_stat_activity a
join here on here.oid = a.datid
cross join asked
where a.pid <> pg_catalog.pg_backend_pid() and a.backend_type = 'client backend'
    and a.xact_start < pg_catalog.clock_timestamp() - asked.seconds * interval '1 s'
union all
select distinct 'table', case
    when l.pid is null then 'a prepared transaction holds the table: select gid from pg_prepared_xacts'
    else pg_catalog.format('pid %s holds the table (%s)%s', l.pid, l.mode,
        coalesce(': ' || nullif(pg_catalog.left(pg_catalog.regexp_replace(a.query, '\s+', ' ', 'g'), 60), ''), '')) end
from pg_catalog.pg_locks l
join here on here.oid = l.database
join asked on asked.table_oid = l.relation
left join pg_catalog.pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
    and (l.pid is null
        or l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
order by scope, text;
