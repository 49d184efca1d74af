-- title:    Unused indexes
-- severity: warning for an index of 1 MB or more without a scan in 30 days or more of counting, on a server without
--           replicas; else info
-- why:      Every write keeps it up to date, for no reader.
-- do:       Make sure that no replica, no yearly job and no rare report uses it, then drop it concurrently. The counters
--           cannot prove it.
--
-- Left out, because they work without being scanned: unique and exclusion indexes, the replica identity, the index that
-- the table is clustered on, indexes of expressions (the planner reads their statistics), and an index that leads with
-- a foreign key's columns (deleting from the parent needs it).
with server as materialized (
    select
        coalesce(d.stats_reset, b.stats_reset) as counted_since,
        pg_catalog.now() - coalesce(d.stats_reset, b.stats_reset) as counted_for,
        (select pg_catalog.count(*) from pg_catalog.pg_stat_replication) as replicas,
        pg_catalog.pg_is_in_recovery() as is_replica
    from pg_catalog.pg_stat_database d
    cross join pg_catalog.pg_stat_bgwriter b
    where d.datname = pg_catalog.current_database()
),
sizes as materialized (
    -- include db/health/sizes/indexes.sql
),
unused as (
    select s.schemaname, s.indexrelname, s.relname, z.bytes
    from pg_catalog.pg_stat_user_indexes s
    join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
    join sizes z on z.indexrelid = s.indexrelid
    where s.idx_scan = 0 and i.indisvalid and i.indexprs is null
        and not i.indisunique and not i.indisexclusion and not i.indisreplident and not i.indisclustered
        and not exists (
            select from pg_catalog.pg_constraint f
            where f.conrelid = i.indrelid and f.contype = 'f'
                and (i.indkey::int2[])[0:pg_catalog.cardinality(f.conkey) - 1] @> f.conkey
        )
)
select
    case when u.bytes >= 1024 * 1024 and s.counted_for >= interval '30 days' and s.replicas = 0 and not s.is_replica
        then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', u.schemaname, u.indexrelname) as object,
    u.bytes as value,
    'bytes' as unit,
    pg_catalog.format('no scan on %I since %s%s%s', u.relname,
        coalesce(pg_catalog.to_char(s.counted_since at time zone 'UTC', 'YYYY-MM-DD'), 'an unknown time'),
        case when s.counted_for >= interval '30 days' then '' else ', which is too short to tell' end,
        case
            when s.is_replica then '; this server is a replica, the primary counts for itself'
            when s.replicas > 0 then pg_catalog.format('; %s replicas count for themselves', s.replicas)
            else ''
        end) as detail,
    null as fix
from unused u
cross join server s
order by severity desc, value desc, object;
