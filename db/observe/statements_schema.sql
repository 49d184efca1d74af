-- Where pg_stat_statements is, quoted where that is needed; no row if the database does not have it.
select pg_catalog.quote_ident(n.nspname) as schema_name
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where e.extname = 'pg_stat_statements';
