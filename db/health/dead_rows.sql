-- title:    Dead rows
-- severity: warning when a table holds more than 1,000 dead rows, and more than 20 % of its live ones; critical when
--           they are more than the live ones, and more than 100,000; unknown on a standby, which counts none
-- why:      Deleted and replaced rows stay in the way of every scan until VACUUM removes them.
-- do:       Run dbopt maintain. If they stay, an old transaction or a replication slot still sees them.
select
    case when n_dead_tup > 100000 and n_dead_tup > n_live_tup then 'critical' else 'warning' end as severity,
    pg_catalog.format('%I.%I', s.schemaname, s.relname) as object,
    n_dead_tup as value,
    'rows' as unit,
    pg_catalog.format('beside %s live ones; last vacuumed: %s', n_live_tup,
        coalesce(pg_catalog.to_char(greatest(last_vacuum, last_autovacuum) at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
            'never, by the counters')) as detail,
    pg_catalog.format('vacuum (analyze) %I.%I', s.schemaname, s.relname) as fix
from pg_catalog.pg_stat_user_tables s
join pg_catalog.pg_class c on c.oid = s.relid and c.relpersistence <> 't'
where n_dead_tup > 1000 and n_dead_tup > 0.2 * n_live_tup
union all
select 'unknown', 'this standby', null, 'rows', 'only the primary counts updated and deleted rows: run this there', null
where pg_catalog.pg_is_in_recovery()
order by severity, value desc nulls last, object;
