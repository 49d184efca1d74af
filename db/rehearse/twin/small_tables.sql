-- In the twin: the tables of a few pages. Up to 16, one read from end to end costs no more than a look-up or two.
select n.nspname || '.' || c.relname as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and pg_catalog.pg_relation_size(c.oid) <= 16 * pg_catalog.current_setting('block_size')::bigint
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
