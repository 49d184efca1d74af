-- The indexes of tables that Citus divides among nodes, and of their shards: what one node knows of them is not the whole, so
-- they are not judged. Reads only the catalog; PostgreSQL 14 to 18.
select n.nspname as schema_name, c.relname as index_name, i.indrelid::bigint as table_oid
from (
    -- include db/audit/sharded_tables.sql
) sharded
join pg_catalog.pg_index i on i.indrelid = sharded.oid
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by schema_name, index_name;
