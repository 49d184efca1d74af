-- How many statements of others this role may not see, from pg_stat_statements in the schema {schema}.
select pg_catalog.count(*) as hidden
from {schema}.pg_stat_statements s
where s.queryid is null and s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database());
