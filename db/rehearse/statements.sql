-- The statements that this database was asked to run, as pg_stat_statements has counted them, the most time first. Texts of
-- other roles are hidden from a role that is not a member of pg_read_all_stats.
-- Reads only that view; PostgreSQL 14 to 18; also on a standby, which counts its own. :schema is the extension's.
select
    coalesce(s.queryid::text, '') as id,
    s.query as text,
    pg_catalog.sum(s.calls) as calls,
    pg_catalog.sum(s.total_exec_time) as milliseconds
from :schema.pg_stat_statements s
join pg_catalog.pg_database d on d.oid = s.dbid and d.datname = pg_catalog.current_database()
group by 1, 2
order by 4 desc, 1, 2;
