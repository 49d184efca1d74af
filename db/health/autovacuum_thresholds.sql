-- title:    Autovacuum thresholds of large tables
-- severity: warning when autovacuum waits for more than 100,000 dead rows in a table; the finding says when that would be
-- why:      A share of a large table is a large number: dead rows pile up for weeks, and the vacuum that follows takes
--           long.
-- do:       Give the table a smaller share of its own, so that some 50,000 dead rows trigger a vacuum. Its owner can do
--           that, on a managed server too.
with server as materialized (
    select extract(epoch from pg_catalog.now() - coalesce(d.stats_reset, b.stats_reset)) / 86400 as days
    from pg_catalog.pg_stat_database d
    cross join pg_catalog.pg_stat_bgwriter b
    where d.datname = pg_catalog.current_database()
),
options as (
    select c.oid, o.option_name, o.option_value
    from pg_catalog.pg_class c
    cross join lateral pg_catalog.pg_options_to_table(c.reloptions) o
    where c.reloptions is not null and c.relkind in ('r', 'm')
),
tables as (
    select
        s.schemaname, s.relname, coalesce(nullif(s.n_live_tup, 0), greatest(c.reltuples, 0)) as live_rows, s.n_dead_tup,
        -- the counters of less than a day give no rate
        case when server.days >= 1 then (s.n_tup_upd + s.n_tup_del) / server.days end as rows_a_day,
        coalesce((select o.option_value from options o where o.oid = c.oid and o.option_name = 'autovacuum_vacuum_threshold'),
            pg_catalog.current_setting('autovacuum_vacuum_threshold'))::numeric as base,
        coalesce((select o.option_value from options o where o.oid = c.oid and o.option_name = 'autovacuum_vacuum_scale_factor'),
            pg_catalog.current_setting('autovacuum_vacuum_scale_factor'))::numeric as share,
        -- from PostgreSQL 18 on the number itself has a limit
        nullif(coalesce((select o.option_value from options o where o.oid = c.oid and o.option_name = 'autovacuum_vacuum_max_threshold'),
            pg_catalog.current_setting('autovacuum_vacuum_max_threshold', true)), '-1')::numeric as most
    from pg_catalog.pg_stat_user_tables s
    -- a partitioned table has no settings of its own, and nobody can change another session's temporary one
    join pg_catalog.pg_class c on c.oid = s.relid and c.relkind in ('r', 'm') and c.relpersistence <> 't'
    cross join server
    where coalesce(nullif(s.n_live_tup, 0), c.reltuples) > 100000
),
judged as (
    select *, least(base + share * live_rows::numeric, most) as threshold
    from tables
)
select
    'warning' as severity,
    pg_catalog.format('%I.%I', schemaname, relname) as object,
    pg_catalog.round(threshold) as value,
    'rows' as unit,
    pg_catalog.format('dead rows of %s; it holds %s, %s', pg_catalog.round(live_rows::numeric), n_dead_tup, case
        when rows_a_day is null then 'and how many it gets a day is unknown'
        when rows_a_day < 1 then 'and hardly gets any: not in sight'
        else pg_catalog.format('and gets about %s a day: next in about %s days', pg_catalog.round(rows_a_day::numeric),
            pg_catalog.ceil(greatest(threshold - n_dead_tup, 0) / rows_a_day::numeric))
    end) as detail,
    pg_catalog.format('alter table %I.%I set (autovacuum_vacuum_scale_factor = %s)', schemaname, relname,
        pg_catalog.trim_scale(greatest(pg_catalog.round(50000 / live_rows::numeric, 3), 0.001))) as fix
from judged
where threshold > 100000
order by value desc, object;
