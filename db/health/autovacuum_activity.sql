-- title:    Autovacuum falls behind
-- severity: warning when a table has twice the dead rows that should trigger autovacuum, or twice the changes that should
--           trigger its ANALYZE, 1,000 at least, and was not vacuumed or analysed within five minutes; info for a table of 10,000 rows or more of which no vacuum was ever counted;
--           unknown on a standby, which counts none of it
-- why:      Autovacuum is on, but cannot keep up: its workers are too few or too slow, or something stops it.
-- do:       Run dbopt maintain now. Look for long transactions and locks on the table; ask the provider for more
--           workers (autovacuum_max_workers) or speed (autovacuum_vacuum_cost_limit).
with options as (
    select c.oid, o.option_name, o.option_value
    from pg_catalog.pg_class c
    cross join lateral pg_catalog.pg_options_to_table(c.reloptions) o
    where c.reloptions is not null and c.relkind in ('r', 'm')
),
settings as (
    select s.relid, setting.name, coalesce(
        (select o.option_value from options o where o.oid = s.relid and o.option_name = setting.name),
        pg_catalog.current_setting(setting.name))::float8 as value
    from pg_catalog.pg_stat_user_tables s
    cross join (values ('autovacuum_vacuum_threshold'), ('autovacuum_vacuum_scale_factor'),
        ('autovacuum_analyze_threshold'), ('autovacuum_analyze_scale_factor')) setting (name)
    where s.n_dead_tup > 0 or s.n_mod_since_analyze > 0
),
judged as (
    select
        pg_catalog.format('%I.%I', s.schemaname, s.relname) as object, s.n_dead_tup, s.n_mod_since_analyze, s.n_live_tup,
        s.autovacuum_count + s.autoanalyze_count as visits,
        greatest(s.last_vacuum, s.last_autovacuum) as vacuumed, greatest(s.last_analyze, s.last_autoanalyze) as analyzed,
        greatest(s.last_vacuum, s.last_autovacuum) is null and c.relallvisible = 0 as never_vacuumed,
        greatest(1000, 2 * (pg_catalog.max(t.value) filter (where t.name = 'autovacuum_vacuum_threshold')
            + pg_catalog.max(t.value) filter (where t.name = 'autovacuum_vacuum_scale_factor') * greatest(c.reltuples, 0))) as dead_limit,
        greatest(1000, 2 * (pg_catalog.max(t.value) filter (where t.name = 'autovacuum_analyze_threshold')
            + pg_catalog.max(t.value) filter (where t.name = 'autovacuum_analyze_scale_factor') * greatest(c.reltuples, 0))) as change_limit
    from pg_catalog.pg_stat_user_tables s
    join pg_catalog.pg_class c on c.oid = s.relid and c.relkind in ('r', 'm') and c.relpersistence <> 't'
        -- where it is switched off, that is the cause, and reported as such
        and not exists (
            select from options o where o.oid = c.oid and o.option_name = 'autovacuum_enabled' and not o.option_value::boolean)
    left join settings t on t.relid = s.relid
    group by s.relid, s.schemaname, s.relname, s.n_dead_tup, s.n_mod_since_analyze, s.n_live_tup, s.autovacuum_count,
        s.autoanalyze_count, s.last_vacuum, s.last_autovacuum, s.last_analyze, s.last_autoanalyze, c.relallvisible,
        c.reltuples
),
found as (
    select *,
        -- autovacuum looks once a minute: what was vacuumed or analysed just now is on its way
        n_dead_tup > dead_limit and (vacuumed is null or vacuumed < pg_catalog.now() - interval '5 minutes') as dead,
        n_mod_since_analyze > change_limit and (analyzed is null or analyzed < pg_catalog.now() - interval '5 minutes') as changed
    from judged
)
select
    case when dead or changed then 'warning' else 'info' end as severity,
    object,
    case when dead then n_dead_tup when changed then n_mod_since_analyze else n_live_tup end as value,
    'rows' as unit,
    case when dead then pg_catalog.format('dead, twice what should trigger autovacuum; it ran %s times', visits)
        when changed then pg_catalog.format('changed, twice what should trigger its ANALYZE; it ran %s times', visits)
        else 'live; no vacuum was ever counted' end as detail,
    null as fix
from found
where dead or changed or never_vacuumed and n_live_tup >= 10000
union all
select 'unknown', 'this standby', null, 'rows', 'autovacuum runs on the primary, which alone counts its work: run this there', null
where pg_catalog.pg_is_in_recovery()
order by severity desc, value desc nulls last, object;
