-- title:    Unused replication slots
-- severity: warning for a slot that nobody reads; critical when it keeps 10 GB of write-ahead log or is lost
-- why:      The server keeps the log since the slot was read last, until the disk is full; and some slots keep dead rows
--           from VACUUM.
-- do:       Start its reader again, or drop the slot: pg_drop_replication_slot. On a managed server it may be the
--           provider's.
select
    case when s.wal_status = 'lost' or kept.bytes >= 10 * 1024::numeric ^ 3 then 'critical' else 'warning' end as severity,
    s.slot_name as object,
    kept.bytes as value,
    'bytes' as unit,
    pg_catalog.format('%s slot%s, not read%s', s.slot_type, case when s.database is null then '' else ' of database ' || s.database end,
        case when s.wal_status = 'lost' then ', and lost'
            when coalesce(s.xmin, s.catalog_xmin) is not null then ', holds VACUUM back' else '' end) as detail,
    null as fix
from pg_catalog.pg_replication_slots s
cross join lateral (
    select pg_catalog.pg_wal_lsn_diff(
        case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn() else pg_catalog.pg_current_wal_lsn() end,
        s.restart_lsn) as bytes
) kept
where not s.active
    -- on a standby, a slot that follows its original on the primary (PostgreSQL 17) is read after a failover
    and not (pg_catalog.pg_is_in_recovery() and coalesce((pg_catalog.to_jsonb(s) ->> 'synced')::boolean, false))
order by severity, object;
