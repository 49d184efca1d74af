-- The tables with rows whose statistics were never made: the planner guesses there.
-- Reads only the catalog and the sizes of files; PostgreSQL 14 to 18; also on a standby.
with locked as materialized (
    -- include db/health/sizes/locked.sql
)
select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.reltuples < 0
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    -- whoever asks for the size of one that is locked exclusively waits
    and c.oid not in (select l.relation from locked l)
    and pg_catalog.pg_relation_size(c.oid) > 0
order by 1;
