-- title:    Unused indexes
-- severity: warning for an index of 1 MB or more without a scan in 30 days or more of counting, or (from PostgreSQL 16
--           on) since its last scan, on a server without replicas; else info; those of less than 30 days in one line
-- why:      Every write keeps it up to date, for no reader.
-- do:       These counters cannot prove it. dbopt observe, once a day and on every node, then dbopt audit --evidence can;
--           also ask whether a yearly job or a rare report needs it.
--
-- Left out, because they work without being scanned: unique and exclusion indexes, the replica identity, the index that
-- the table is clustered on, indexes of expressions (the planner reads their statistics), and an index that leads with
-- a foreign key's columns (deleting from the parent needs it). A partitioned index is judged as a whole, and a keeper
-- together with what it makes redundant.
with server as materialized (
    select
        coalesce(d.stats_reset, b.stats_reset) as counted_since,
        (select pg_catalog.count(*) from pg_catalog.pg_stat_replication) as replicas,
        pg_catalog.pg_is_in_recovery() as is_replica
    from pg_catalog.pg_stat_database d
    cross join pg_catalog.pg_stat_bgwriter b
    where d.datname = pg_catalog.current_database()
),
sizes as materialized (
    -- include db/health/sizes/indexes.sql
),
whole_sizes as (
    -- by set: a look at all sizes for each unused index would take minutes where there are thousands
    select
        coalesce(case when c.relispartition then pg_catalog.pg_partition_root(c.oid) end, c.oid) as index_oid,
        pg_catalog.sum(z.bytes) as bytes
    from sizes z
    join pg_catalog.pg_class c on c.oid = z.indexrelid
    group by 1
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
),
sharded as materialized (
    -- include db/audit/sharded_tables.sql
),
used as (
    select
        s.indexrelid, s.schemaname, s.indexrelname, s.idx_scan,
        -- from PostgreSQL 16 on, the server says when
        (pg_catalog.to_jsonb(s) ->> 'last_idx_scan')::timestamptz as last_scan
    from pg_catalog.pg_stat_user_indexes s
),
scanned as (
    -- the scans of a redundant index are its keeper's, once it is gone
    select u.indexrelid, u.schemaname, u.indexrelname, u.idx_scan, u.last_scan
    from used u
    union all
    select keeper.indexrelid, keeper.schemaname, keeper.indexrelname, u.idx_scan, u.last_scan
    from redundant r
    join used u on u.schemaname = r.schema_name and u.indexrelname = r.index_name
    join used keeper on keeper.schemaname = r.schema_name and keeper.indexrelname = r.covered_by
),
counted as (
    -- a part of a partitioned index cannot be dropped alone: the whole of it is judged
    select
        coalesce(case when c.relispartition then pg_catalog.pg_partition_root(c.oid) end, c.oid) as index_oid,
        pg_catalog.sum(s.idx_scan) as scans, pg_catalog.max(s.last_scan) as last_scan
    from scanned s
    join pg_catalog.pg_class c on c.oid = s.indexrelid and c.relpersistence <> 't'
    group by 1
),
unused as (
    select n.nspname, c.relname as index_name, t.relname as table_name, k.last_scan, z.bytes
    from counted k
    left join whole_sizes z using (index_oid)
    join pg_catalog.pg_index i on i.indexrelid = k.index_oid
    join pg_catalog.pg_class c on c.oid = k.index_oid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (k.scans = 0 or k.last_scan < pg_catalog.now() - interval '30 days')
        and i.indisvalid and i.indexprs is null
        and not i.indisunique and not i.indisexclusion and not i.indisreplident and not i.indisclustered
        -- each node counts the scans of its own shards
        and i.indrelid not in (select x.oid from sharded x)
        -- redundant ones are reported as such
        and not exists (select from redundant r where r.schema_name = n.nspname and r.index_name = c.relname)
        and not exists (
            select from pg_catalog.pg_constraint f
            where f.conrelid = i.indrelid and f.contype = 'f'
                and coalesce((pg_catalog.to_jsonb(f) ->> 'conenforced')::boolean, true)
                and (i.indkey::int2[])[0:pg_catalog.cardinality(f.conkey) - 1] @> f.conkey
        )
),
judged as (
    select u.*, s.replicas, s.is_replica, greatest(s.counted_since, u.last_scan) as unused_since,
        coalesce(pg_catalog.now() - greatest(s.counted_since, u.last_scan) >= interval '30 days', false) as long_enough,
        case
            when is_replica then '; this server is a replica, the primary counts for itself'
            when replicas > 0 then pg_catalog.format('; %s replicas count for themselves', replicas)
            else ''
        end as elsewhere
    from unused u
    cross join server s
)
select
    case when bytes >= 1024 * 1024 and replicas = 0 and not is_replica then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', nspname, index_name) as object,
    bytes as value,
    'bytes' as unit,
    pg_catalog.format('no scan on %I since %s%s', table_name,
        pg_catalog.to_char(unused_since at time zone 'UTC', 'YYYY-MM-DD'), elsewhere) as detail,
    null as fix
from judged
where long_enough
union all
select
    'info', pg_catalog.format('indexes: %s', pg_catalog.count(*)), pg_catalog.sum(bytes), 'bytes',
    pg_catalog.format('no scan since %s, which is too short to tell%s',
        case when pg_catalog.count(unused_since) = pg_catalog.count(*)
            then pg_catalog.to_char(pg_catalog.min(unused_since) at time zone 'UTC', 'YYYY-MM-DD') else 'an unknown time' end,
        elsewhere),
    null
from judged
where not long_enough
group by elsewhere
order by severity desc, value desc, object;
