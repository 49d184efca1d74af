-- Figures of the server for those who keep them over time, each a metric of its own: its name, kind and help, and its value,
-- which is null where it is not known. No name of a table or session is in them. Reads only the catalog and counters.
with sequence_shares as (
    -- include db/health/sizes/sequence_use.sql
),
transactions as (
    select a.xact_start as started
    from pg_catalog.pg_stat_activity a
    where a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()
    union all
    select p.prepared
    from pg_catalog.pg_prepared_xacts p
)
select m.name, m.kind, m.help, m.value::numeric as value
from (values
    ('oldest_transaction_age', 'gauge',
        'Age of the oldest transaction number of any database of the server, in transactions: at 2.1 billion it stops accepting writes.',
        (select pg_catalog.max(pg_catalog.age(d.datfrozenxid)) from pg_catalog.pg_database d)::numeric),
    ('oldest_multixact_age', 'gauge', 'The same of the numbers of shared row locks.',
        (select pg_catalog.max(pg_catalog.mxid_age(d.datminmxid)) from pg_catalog.pg_database d)),
    ('sequence_used_ratio', 'gauge', 'Used share of the numbers of the sequence that is nearest to its end.',
        (
            select case when pg_catalog.bool_and(s.readable) then
                coalesce(pg_catalog.round(pg_catalog.max(s.used / nullif(s.numbers, 0)) filter (where not s.cycle), 6), 0) end
            from sequence_shares s
            having pg_catalog.count(*) > 0
        )),
    ('longest_transaction_seconds', 'gauge', 'How long the longest transaction of any session of the server has been open.',
        (
            -- the sessions of others are hidden from a role without pg_read_all_stats
            select case when not exists (
                select from pg_catalog.pg_stat_activity a
                where a.usename is not null and a.state is null and a.query = '<insufficient privilege>'
            ) then coalesce(
                pg_catalog.round(extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.min(t.started))::numeric, 1), 0) end
            from transactions t
        )),
    ('replication_slot_lag_bytes', 'gauge', 'Write-ahead log that the replication slot keeps that is furthest behind.',
        (
            select coalesce(pg_catalog.max(pg_catalog.pg_wal_lsn_diff(
                case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
                    else pg_catalog.pg_current_wal_lsn() end, s.restart_lsn)), 0)
            from pg_catalog.pg_replication_slots s
        ))
) m (name, kind, help, value);
