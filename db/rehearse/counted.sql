-- For how long pg_stat_statements has counted, and how often it had to forget the least executed statements.
-- Reads only its own counters; PostgreSQL 14 to 18; also on a standby. :schema is the extension's.
select
    extract(epoch from pg_catalog.now() - i.stats_reset) / 86400 as days,
    i.dealloc as forgotten
from :schema.pg_stat_statements_info i;
