-- title:    Sequential scans of large tables
-- severity: warning when a table of 10,000 rows or more was read from end to end 100 times or more, and by at least one
--           in ten of its scans; info for ten times or more
-- why:      Each of them reads the whole table, and evicts other pages from memory.
-- do:       Refresh its statistics first (dbopt maintain). If the number still grows, find the query and give it an
--           index; a report over the whole table is as it should be.
with counted as (
    select
        s.schemaname, s.relname, s.seq_scan, s.seq_tup_read, coalesce(s.idx_scan, 0) as idx_scan,
        (select coalesce(d.stats_reset, b.stats_reset)
            from pg_catalog.pg_stat_database d cross join pg_catalog.pg_stat_bgwriter b
            where d.datname = pg_catalog.current_database()) as counted_since
    from pg_catalog.pg_stat_user_tables s
    join pg_catalog.pg_class c on c.oid = s.relid
    where coalesce(nullif(s.n_live_tup, 0), c.reltuples) >= 10000 and s.seq_scan >= 10
        -- a count(*) that stops early, or an existence test, reads little
        and s.seq_tup_read >= 1000 * s.seq_scan
)
select
    case when seq_scan >= 100 and seq_scan * 10 >= seq_scan + idx_scan then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', schemaname, relname) as object,
    seq_scan as value,
    'scans' as unit,
    pg_catalog.format('%s %% of all its scans%s, %s rows each, since %s', pg_catalog.round(100.0 * seq_scan / (seq_scan + idx_scan)),
        case when pg_catalog.pg_is_in_recovery() then ' on this standby' else '' end,
        seq_tup_read / seq_scan,
        coalesce(pg_catalog.to_char(counted_since at time zone 'UTC', 'YYYY-MM-DD'), 'an unknown time')) as detail,
    null as fix
from counted
order by severity desc, value desc, object;
