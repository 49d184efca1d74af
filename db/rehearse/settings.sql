-- The settings of this session by which the planner decides, and by which texts are read.
-- Reads only the session's settings; PostgreSQL 14 to 18; also on a standby.
select s.name, pg_catalog.current_setting(s.name) as value
from (
    -- include db/rehearse/planner_settings.sql
) s
union all
select 'search_path', coalesce(
    (
        select pg_catalog.string_agg(pg_catalog.quote_ident(path.name), ', ' order by path.position)
        from pg_catalog.unnest(pg_catalog.current_schemas(false)) with ordinality path (name, position)
    ), '''''')
order by 1;
