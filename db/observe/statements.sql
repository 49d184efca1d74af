-- What the statements of this database cost, from pg_stat_statements in the schema {schema}. Only those whose constants
-- the extension has replaced by $1, $2 ...: the text of others may hold a password. A role without pg_read_all_stats sees
-- neither the text nor the number of the statements of others.
select
    s.queryid || '/' || s.userid as id,
    coalesce(pg_catalog.min(r.rolname::text), s.userid::text) as role_name,
    pg_catalog.min(s.query) as text,
    pg_catalog.sum(s.calls)::bigint as calls,
    pg_catalog.sum(s.shared_blks_hit + s.shared_blks_read)::bigint as blocks,
    pg_catalog.sum(s.total_exec_time)::float8 as milliseconds
from {schema}.pg_stat_statements s
left join pg_catalog.pg_roles r on r.oid = s.userid
where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    and s.queryid is not null
    -- leading comments and parentheses do not matter
    and s.query ~* '^(\s|\(|--[^\n]*\n|/\*([^*]|\*+[^*/])*\*+/)*(select|insert|update|delete|merge|with|values|table)\y'
group by s.queryid, s.userid
order by 1;
