-- What the planner knows of each table and index as a whole, and how large it is. One that somebody holds exclusively has the
-- size that its last VACUUM or ANALYZE found: whoever asks for the true one waits.
-- Reads only the catalog and the sizes of files; PostgreSQL 14 to 18; also on a standby.
with locked as materialized (
    -- include db/health/sizes/locked.sql
)
select n.nspname, c.relname, c.relpages, c.reltuples, c.relallvisible,
    case when c.relkind in ('p', 'I') then 0
        when c.oid in (select l.relation from locked l) then c.relpages * pg_catalog.current_setting('block_size')::bigint
        else coalesce(pg_catalog.pg_relation_size(c.oid, 'main'), 0)
    end as bytes
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'i', 'I') and c.relpersistence <> 't'
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
