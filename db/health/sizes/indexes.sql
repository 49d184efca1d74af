-- The size of every index of the application, in bytes, for the queries that include this one.
--
-- To look at an index's file, the server opens the index, and its session keeps what it learnt of it: 50,000 indexes take
-- seconds, and 300 MB of the server's memory. So an index below 1 MB has the size that the last ANALYZE found, if the
-- server knows of one and counted few changes of the table since; so has one that is locked exclusively.
with locked as materialized (
    -- include db/health/sizes/locked.sql
),
tables as materialized (
    select
        t.oid,
        greatest(pg_catalog.pg_stat_get_last_analyze_time(t.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(t.oid)) is not null
            and pg_catalog.pg_stat_get_mod_since_analyze(t.oid) <= 50 + 0.1 * t.reltuples as hardly_changed
    from pg_catalog.pg_class t
    where t.relkind in ('r', 'm') and t.relhasindex and t.relpersistence <> 't'
)
select
    i.indexrelid,
    i.indrelid,
    case when i.indexrelid in (select l.relation from locked l)
            or t.hardly_changed and c.relpages * pg_catalog.current_setting('block_size')::bigint < 1024 * 1024
        then c.relpages * pg_catalog.current_setting('block_size')::bigint
        else pg_catalog.pg_relation_size(i.indexrelid) end as bytes
from tables t
join pg_catalog.pg_index i on i.indrelid = t.oid
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
