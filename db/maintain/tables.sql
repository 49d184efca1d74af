-- Every table of the application, with what decides whether dbopt maintain touches it: its rows, its dead rows, what
-- changed since its statistics were made, and whether there are statistics at all.
-- The times and counters of pg_stat_user_tables are lost in a crash or a failover, the planner's statistics are not: so
-- these are asked for themselves. A role sees them where it may read the table; elsewhere has_statistics is null.
-- Reads only the catalog and the statistics views; PostgreSQL 14 to 18.
with named (table_name) as (
    -- the tables that the audit wants vacuumed: each time anything changed
    values ('public.metrics_aiusagedaily'), ('public.metrics_prfile'), ('public.metrics_pullrequest')
),
locked as materialized (
    -- include db/health/sizes/locked.sql
),
analysed as materialized (
    select distinct schemaname, tablename from pg_catalog.pg_stats
),
leaves as (
    -- ANALYZE of a partitioned table is due by what changed in its partitions: autovacuum never does it
    select
        pg_catalog.pg_partition_root(s.relid) as root,
        pg_catalog.sum(coalesce(nullif(s.n_live_tup, 0), greatest(c.reltuples::bigint, 0))) as live_rows,
        pg_catalog.sum(s.n_mod_since_analyze) as changes
    from pg_catalog.pg_stat_user_tables s
    join pg_catalog.pg_class c on c.oid = s.relid
    where c.relispartition and c.relkind = 'r'
    group by root
),
server as materialized (
    select
        pg_catalog.current_setting('server_version_num')::int >= 170000 as has_maintain,
        pg_catalog.pg_has_role(d.datdba, 'USAGE') as owns_database
    from pg_catalog.pg_database d
    where d.datname = pg_catalog.current_database()
)
select
    pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name,
    pg_catalog.pg_get_userbyid(c.relowner) as owner,
    c.relkind = 'p' as partitioned,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') or server.owns_database
        or server.has_maintain
            and pg_catalog.has_table_privilege(c.oid, case when server.has_maintain then 'MAINTAIN' else 'SELECT' end) as permitted,
    named.table_name is not null as named,
    coalesce(leaves.live_rows, coalesce(nullif(s.n_live_tup, 0), greatest(c.reltuples::bigint, 0)))::bigint as live_rows,
    s.n_dead_tup as dead_rows,
    coalesce(leaves.changes, s.n_mod_since_analyze)::bigint as changes,
    -- a partitioned table has no pages; its partitions are judged themselves
    case
        when c.relkind = 'p' then 0
        -- of a table that is locked exclusively the size cannot be asked for
        when c.oid in (select l.relation from locked l) then c.relpages
        else pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint
    end as pages,
    c.relallvisible as visible_pages,
    greatest(s.last_analyze, s.last_autoanalyze) as last_analyzed,
    greatest(s.last_vacuum, s.last_autovacuum) as last_vacuumed,
    case
        when analysed.tablename is not null then true
        when pg_catalog.has_table_privilege(c.oid, 'SELECT') and not pg_catalog.row_security_active(c.oid) then false
    end as has_statistics
from pg_catalog.pg_stat_user_tables s
join pg_catalog.pg_class c on c.oid = s.relid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join server
left join named on named.table_name = pg_catalog.format('%I.%I', n.nspname, c.relname)
left join analysed on analysed.schemaname = n.nspname and analysed.tablename = c.relname
left join leaves on leaves.root = c.oid and c.relkind = 'p'
where c.relkind in ('r', 'm', 'p') and c.relpersistence <> 't'
order by table_name;
