-- The size of every table of the application without its indexes, in bytes, for the queries that include this one.
--
-- As with the indexes, a table below 1 MB has the size that its last VACUUM or ANALYZE found, if the server knows of one
-- and counted few changes since; its TOAST table too, which only VACUUM looks at. So has one that is locked exclusively.
with locked as materialized (
    -- include db/health/sizes/locked.sql
),
tables as materialized (
    select
        t.oid, t.reltoastrelid,
        t.relpages * pg_catalog.current_setting('block_size')::bigint as bytes,
        greatest(pg_catalog.pg_stat_get_last_analyze_time(t.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(t.oid)) is not null
            and pg_catalog.pg_stat_get_mod_since_analyze(t.oid) <= 50 + 0.1 * t.reltuples as hardly_changed
    from pg_catalog.pg_class t
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace
    where t.relkind in ('r', 'm') and t.relpersistence <> 't'
        and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
toast_tables as materialized (
    select
        c.oid,
        (c.relpages + x.relpages) * pg_catalog.current_setting('block_size')::bigint as bytes,
        greatest(pg_catalog.pg_stat_get_last_vacuum_time(c.oid), pg_catalog.pg_stat_get_last_autovacuum_time(c.oid)) is not null
            and pg_catalog.pg_stat_get_ins_since_vacuum(c.oid) + pg_catalog.pg_stat_get_dead_tuples(c.oid)
                <= 50 + 0.1 * c.reltuples as hardly_changed
    from pg_catalog.pg_class c
    join pg_catalog.pg_index i on i.indrelid = c.oid
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    where c.relkind = 't'
)
select
    t.oid,
    case when t.oid in (select l.relation from locked l)
            or t.hardly_changed and coalesce(s.hardly_changed, true) and t.bytes + coalesce(s.bytes, 0) < 1024 * 1024
        then t.bytes + coalesce(s.bytes, 0)
        else pg_catalog.pg_table_size(t.oid) end as bytes
from tables t
left join toast_tables s on s.oid = t.reltoastrelid;
