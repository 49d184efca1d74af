-- title:    Long transactions
-- severity: warning when one is open for 5 minutes, critical for an hour; unknown where the sessions of other roles hide
--           it
-- why:      VACUUM keeps every row that the oldest transaction of the server could still see. A concurrent index build
--           waits for it.
-- do:       Find out which session holds it, and end it there; pg_terminate_backend(pid) ends it from outside. Limit it with
--           idle_in_transaction_session_timeout.
with open_transactions as (
    select pg_catalog.format('pid %s', pid) as object, xact_start as started,
        pg_catalog.format('%s, %s, %s', usename, coalesce(nullif(application_name, ''), 'unnamed'), state) as detail
    from pg_catalog.pg_stat_activity
    where xact_start is not null and backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid()
    union all
    select pg_catalog.format('prepared transaction %L', gid), prepared, pg_catalog.format('%s, database %I', owner, database)
    from pg_catalog.pg_prepared_xacts
)
select
    case when started < pg_catalog.clock_timestamp() - interval '1 hour' then 'critical' else 'warning' end as severity,
    object,
    pg_catalog.round(extract(epoch from pg_catalog.clock_timestamp() - started)) as value,
    'seconds' as unit,
    detail,
    null as fix
from open_transactions
where started < pg_catalog.clock_timestamp() - interval '5 minutes'
union all
select
    'unknown', pg_catalog.format('sessions of other roles: %s', pg_catalog.count(*)), null, 'seconds',
    pg_catalog.format('this role may not see their transactions: GRANT pg_read_all_stats TO %I shows them', current_user), null
from pg_catalog.pg_stat_activity
-- the server's own processes, such as the launcher of logical replication, have no database, and senders no transaction
where usename is not null and datid is not null and state is null and query = '<insufficient privilege>'
having pg_catalog.count(*) > 0
order by severity, value desc nulls last, object;
