-- The statements that this database was asked to run, as pg_stat_statements has counted them, the most time first, each with
-- the settings of the role that ran it: those by which the planner decides, and where it looks for names. What a session sets
-- for itself is kept nowhere. Texts of other roles are hidden from a role that is not a member of pg_read_all_stats.
-- Reads only that view and the catalog; PostgreSQL 14 to 18; also on a standby, which counts its own. :schema is the
-- extension's.
with here as materialized (
    select s.userid, coalesce(s.queryid::text, '') as id, s.query as text, s.calls, s.total_exec_time, d.oid as database
    from :schema.pg_stat_statements s
    join pg_catalog.pg_database d on d.oid = s.dbid and d.datname = pg_catalog.current_database()
),
roles as materialized (
    select r.oid, r.rolname, e.name, e.value
    from (select distinct h.userid, h.database from here h) used
    join pg_catalog.pg_roles r on r.oid = used.userid
    cross join lateral (
        -- the more of role and database a setting is for, the more it counts
        select distinct on (known.name) known.name, known.value
        from (
            select pg_catalog.split_part(one.setting, '=', 1) as name,
                pg_catalog.substr(one.setting, pg_catalog.strpos(one.setting, '=') + 1) as value,
                (g.setrole <> 0)::int * 2 + (g.setdatabase <> 0)::int as weight
            from pg_catalog.pg_db_role_setting g
            cross join pg_catalog.unnest(g.setconfig) one (setting)
            where g.setrole in (0, used.userid) and g.setdatabase in (0, used.database)
            union all
            -- and where nobody set a path, it is the server's
            select 'search_path', case when s.source in ('default', 'configuration file', 'client') then s.setting else s.boot_val end,
                case s.source when 'client' then 4 else -1 end
            from pg_catalog.pg_settings s
            where s.name = 'search_path'
        ) known
        where known.name = 'search_path' or pg_catalog.lower(known.name) in (
            select pg_catalog.lower(p.name)
            from (
                -- include db/rehearse/planner_settings.sql
            ) p
        )
        order by known.name, known.weight desc
    ) e
)
select
    h.id,
    h.text,
    (
        select pg_catalog.jsonb_object_agg(r.name,
            -- in a path it stands for the role's own name
            case r.name when 'search_path' then pg_catalog.replace(r.value, '"$user"', pg_catalog.quote_ident(r.rolname)) else r.value end)
        from roles r
        where r.oid = h.userid
    ) as settings,
    pg_catalog.sum(h.calls) as calls,
    pg_catalog.sum(h.total_exec_time) as milliseconds
from here h
group by 1, 2, 3
order by 5 desc, 1, 2, 3;
