-- title:    Stale or missing statistics
-- severity: warning for a table with rows that was never analysed, or of which more than 50 rows and 20 % changed since;
--           info where the counters were lost, so that the age of the statistics is not known; unknown where this role
--           may not see whether there are any, and how old they are on a standby, which counts no changes
-- why:      The planner guesses, and guesses wrong: sequential scans where an index would do, and slow joins.
-- do:       Run dbopt maintain, which analyses what needs it.
--
-- The times and counters are lost in a crash or a failover, the statistics are not: so these are asked for themselves.
with analysed as materialized (
    select distinct schemaname, tablename from pg_catalog.pg_stats
),
judged as (
    select
        pg_catalog.format('%I.%I', s.schemaname, s.relname) as table_name,
        s.n_mod_since_analyze as changes,
        s.n_mod_since_analyze > 50 + 0.2 * coalesce(nullif(s.n_live_tup, 0), greatest(c.reltuples, 0)) as stale,
        greatest(s.last_analyze, s.last_autoanalyze) is not null as seen_analysed,
        a.tablename is not null as has_statistics,
        pg_catalog.has_table_privilege(c.oid, 'SELECT') and not pg_catalog.row_security_active(c.oid) as visible
    from pg_catalog.pg_stat_user_tables s
    join pg_catalog.pg_class c on c.oid = s.relid
    left join analysed a on a.schemaname = s.schemaname and a.tablename = s.relname
    where c.relkind in ('r', 'm') and c.relpersistence <> 't'
        -- an empty table needs no statistics; sizes only of the few where it is not known otherwise
        and (s.n_live_tup > 0 or c.reltuples > 0 or c.relpages > 0 or pg_catalog.pg_relation_size(c.oid) > 0)
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
from judged
where (visible or has_statistics) and (stale or not seen_analysed)
    and not (has_statistics and pg_catalog.pg_is_in_recovery())
union all
select
    'unknown', pg_catalog.format('tables: %s', pg_catalog.count(*)), null, 'rows', 'this role may not see their statistics', null
from judged
where not visible and not has_statistics and not seen_analysed
having pg_catalog.count(*) > 0
union all
select 'unknown', 'this standby', null, 'rows', 'only the primary counts what changed since its statistics were made: ask there', null
where pg_catalog.pg_is_in_recovery()
order by severity desc, value desc nulls last, object;
