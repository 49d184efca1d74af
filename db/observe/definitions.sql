-- How these indexes are defined. To print that the server opens the table: where somebody holds it exclusively, the index is
-- left out this time.
with locked as materialized (
    -- include db/health/sizes/locked.sql
)
select i.indexrelid as id, pg_catalog.pg_get_indexdef(i.indexrelid) as definition
from pg_catalog.pg_index i
where i.indexrelid = any (?::oid[]) and i.indrelid not in (select l.relation from locked l)
order by i.indexrelid;
