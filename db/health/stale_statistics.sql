-- title:    Stale or missing statistics
-- severity: warning for a table of more than 50 rows that was never analysed, or of which more than 50 rows and 20 % changed since;
--           info where the counters were lost, so that the age of the statistics is not known; unknown where this role
--           may not see whether there are any, and how old they are on a standby, which counts no changes
-- why:      The planner guesses, and guesses wrong: sequential scans where an index would do, and slow joins.
-- do:       Run dbopt maintain, which analyses what needs it.
--
-- Autovacuum never analyses a partitioned table itself: it is judged by what changed in its partitions, and ANALYZE of it
-- analyses them too, so they are not named beside it. The times and counters are lost in a crash or a failover, the statistics are not: so these are asked for themselves.
with locked as materialized (
    -- include db/health/sizes/locked.sql
),
analysed as materialized (
    select distinct schemaname, tablename from pg_catalog.pg_stats
),
partitions as (
    select
        pg_catalog.pg_partition_root(s.relid) as root,
        pg_catalog.sum(coalesce(nullif(s.n_live_tup, 0), greatest(c.reltuples::bigint, 0))) as live_rows,
        pg_catalog.sum(s.n_mod_since_analyze) as changes
    from pg_catalog.pg_stat_user_tables s
    join pg_catalog.pg_class c on c.oid = s.relid
    where c.relispartition and c.relkind = 'r'
    group by root
),
counted as (
    select
        s.relid, s.schemaname, s.relname, greatest(s.last_analyze, s.last_autoanalyze) is not null as seen_analysed,
        coalesce(p.changes, s.n_mod_since_analyze) as changes, coalesce(p.live_rows, s.n_live_tup) as live_rows
    from pg_catalog.pg_stat_user_tables s
    left join partitions p on p.root = s.relid
),
judged as (
    select
        c.oid, c.relkind, case when c.relispartition then pg_catalog.pg_partition_root(c.oid) end as root,
        pg_catalog.format('%I.%I', s.schemaname, s.relname) as table_name,
        s.changes,
        s.changes > 50 + 0.2 * coalesce(nullif(s.live_rows, 0), greatest(c.reltuples, 0)) as stale,
        s.seen_analysed,
        a.tablename is not null as has_statistics,
        pg_catalog.has_table_privilege(c.oid, 'SELECT') and not pg_catalog.row_security_active(c.oid) as visible
    from counted s
    join pg_catalog.pg_class c on c.oid = s.relid
    left join analysed a on a.schemaname = s.schemaname and a.tablename = s.relname
    where c.relpersistence <> 't'
        -- the planner needs no statistics of a few rows; where their number is not known, of one page; sizes only of the few
        -- where neither is known
        and (s.live_rows > 50
            or s.live_rows = 0 and c.relkind in ('r', 'm') and (c.reltuples > 50
                or c.reltuples <= 0 and (c.relpages > 1 or c.oid not in (select l.relation from locked l)
                    and pg_catalog.pg_relation_size(c.oid) > pg_catalog.current_setting('block_size')::bigint)))
),
due as (
    select *
    from judged
    where (visible or has_statistics) and (stale or not seen_analysed)
        and not (has_statistics and pg_catalog.pg_is_in_recovery())
)
select
    case when has_statistics or seen_analysed then case when stale then 'warning' else 'info' end else 'warning' end as severity,
    table_name as object,
    changes as value,
    'rows' as unit,
    case
        when not has_statistics and not seen_analysed then 'never analysed'
        when stale then 'changed since its statistics were made'
        else 'age of its statistics unknown: the counters were lost'
    end as detail,
    'analyze ' || table_name as fix
from due d
where not exists (select from due parent where parent.oid = d.root)
union all
select
    'unknown', pg_catalog.format('tables: %s', pg_catalog.count(*)), null, 'rows', 'this role may not see their statistics', null
from judged
where not visible and not has_statistics and not seen_analysed
having pg_catalog.count(*) > 0
union all
select 'unknown', 'this standby', null, 'rows', 'only the primary counts what changed since its statistics were made: run this there', null
where pg_catalog.pg_is_in_recovery()
order by severity desc, value desc nulls last, object;
