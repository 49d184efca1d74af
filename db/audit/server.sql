-- What the audit has to know of the server: its version, since when it counts scans, and who else scans.
-- Replicas count the scans of their own queries. A standby knows only those that replicate from itself.
select
    pg_catalog.current_setting('server_version') as server_version,
    pg_catalog.current_setting('server_version_num')::int as server_version_number,
    pg_catalog.version() as product,
    pg_catalog.pg_is_in_recovery() as is_standby,
    (select count(*) from pg_catalog.pg_stat_replication) as replicas,
    (select d.stats_reset from pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database()) as counted_since;
