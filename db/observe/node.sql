-- Which server this is, whose counters it has, and who reads from it: what ties the observations of a cluster together.
-- Every role may ask. The counters of a node are the same ones as before as long as neither of its two times of reset has
-- moved: of a server that crashed, the second is the time of its start (PostgreSQL 14 to 18), while the first is null.
-- To be asked after the counters, in the same transaction.
select
    c.system_identifier::text as cluster,
    pg_catalog.current_database() as database,
    -- of which moment the counters are
    coalesce(pg_catalog.pg_stat_get_snapshot_timestamp(), pg_catalog.clock_timestamp()) as at,
    pg_catalog.current_setting('server_version') as version,
    pg_catalog.pg_is_in_recovery() as recovery,
    -- a standby knows the timeline of its last restart point; a primary, the one on which it writes
    case when pg_catalog.pg_is_in_recovery() then (select k.timeline_id from pg_catalog.pg_control_checkpoint() k)
        else ('x' || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8))::bit(32)::int end as timeline,
    pg_catalog.pg_postmaster_start_time() as started,
    (select d.stats_reset from pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database()) as database_reset,
    (select b.stats_reset from pg_catalog.pg_stat_bgwriter b) as server_reset,
    -- the standbys that stream from it: not the subscribers of logical replication, nor backups, which read no index
    array(
        select pg_catalog.concat_ws(' ', r.application_name, r.client_addr)
        from pg_catalog.pg_stat_replication r
        where r.state is distinct from 'backup' and r.application_name not in ('pg_basebackup', 'pg_receivewal')
            and not exists (
                select from pg_catalog.pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')
        order by 1
    ) as standbys,
    exists (select from pg_catalog.pg_stat_wal_receiver) as receiving
from pg_catalog.pg_control_system() c;
