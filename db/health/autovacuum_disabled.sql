-- title:    Tables without autovacuum
-- severity: warning for each table whose own settings switch autovacuum off
-- why:      Nothing removes its dead rows or refreshes its statistics; only the vacuum against wraparound still runs, and it is heavy.
-- do:       Reset the setting; the table's owner can. It may be right for an hour, during a bulk load.
with locked as materialized (
    -- include db/health/sizes/locked.sql
)
select
    'warning' as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    case when not exists (
        select from locked l
        where l.relation = c.oid or l.relation in (select i.indexrelid from pg_catalog.pg_index i where i.indrelid = c.oid)
    ) then pg_catalog.pg_total_relation_size(c.oid) end as value,
    'bytes' as unit,
    'autovacuum_enabled is off; the owner ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) || ' can change it' as detail,
    pg_catalog.format('alter table %I.%I reset (autovacuum_enabled)', n.nspname, c.relname) as fix
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and c.relpersistence <> 't'
    -- as ALTER TABLE stores it, whatever way it was written
    and exists (
        select from pg_catalog.pg_options_to_table(c.reloptions) o
        where o.option_name = 'autovacuum_enabled' and not o.option_value::boolean
    )
order by value desc nulls last, object;
