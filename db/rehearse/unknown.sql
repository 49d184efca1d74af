-- The tables of which this role cannot learn what the planner knows, or which a twin cannot have, and why. Statements that
-- name one of them are unknown.
-- Reads only the catalog; PostgreSQL 14 to 18; also on a standby.
select n.nspname as schema_name, c.relname as name,
    case
        when c.relkind = 'f' then 'it is a foreign table'
        when c.relrowsecurity then 'its rows are secured: what is planned depends on the role'
        when not pg_catalog.has_table_privilege(c.oid, 'select') then 'this role may not read it, nor its statistics'
        when space.spcoptions is not null then 'its tablespace has costs of its own'
        when owner_only.names is not null then 'its statistics of several columns (' || owner_only.names || ') are its owner''s alone to read'
        else 'the statistics of its ranges (' || ranges.names || ') can be read since PostgreSQL 17'
    end as reason
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join lateral (
    select pg_catalog.string_agg(s.stxname, ', ' order by s.stxname) as names
    from pg_catalog.pg_statistic_ext s
    where s.stxrelid = c.oid and not pg_catalog.pg_has_role(c.relowner, 'usage')
) owner_only on true
left join lateral (
    select pg_catalog.string_agg(a.attname, ', ' order by a.attnum) as names
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid and t.typtype in ('r', 'm')
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and pg_catalog.current_setting('server_version_num')::int < 170000
) ranges on true
left join pg_catalog.pg_tablespace space on space.oid = coalesce(nullif(c.reltablespace, 0::pg_catalog.oid), (
    select d.dattablespace from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
)) and pg_catalog.array_to_string(space.spcoptions, ',') ~ '(seq|random)_page_cost'
where c.relkind in ('r', 'p', 'm', 'f') and c.relpersistence <> 't'
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and (c.relkind = 'f' or c.relrowsecurity or not pg_catalog.has_table_privilege(c.oid, 'select')
        or space.spcoptions is not null
        or owner_only.names is not null or ranges.names is not null)
order by 1, 2;
