-- title:    Bloated tables
-- severity: warning when half of a table's pages or more, and at least 50 MB, are empty; unknown where the statistics of
--           its columns are hidden from this role, were never made, or are turned off
-- why:      Empty pages cost sequential scans and memory. VACUUM lets new rows use them, but returns
--           them to the system only at the end of the table.
-- do:       Nothing, if the table will grow again. Otherwise rewrite it in a quiet hour, best with pg_repack or
--           pg_squeeze; VACUUM FULL locks out every reader.
--
-- An estimate from the number of rows and the average width of the columns at the last VACUUM or ANALYZE.
with locked as materialized (
    -- include db/health/sizes/locked.sql
),
large as materialized (
    select
        c.oid, n.nspname, c.relname, c.reltuples, c.relpages,
        coalesce(pg_catalog.substring(pg_catalog.array_to_string(c.reloptions, ','), '(?:^|,)fillfactor=([0-9]+)')::int, 100)
            / 100.0 as fill,
        pg_catalog.current_setting('block_size')::bigint as block_size
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        -- the catalog has no size of a table that was never vacuumed or analysed
        and case when c.reltuples < 0 and c.oid not in (select l.relation from locked l) then pg_catalog.pg_relation_size(c.oid)
            else c.relpages * pg_catalog.current_setting('block_size')::bigint end >= 50 * 1024 * 1024
),
estimated as (
    select
        l.oid,
        case when l.reltuples < 0 then 'the statistics of their columns were never made' else pg_catalog.min(m.missing) end as unknown,
        -- a row is a pointer of 4 bytes and, in steps of 8, a header of 24 and the columns; a page has 24 bytes of its own
        l.relpages - pg_catalog.ceil(l.reltuples * (28 + 8 * pg_catalog.ceil(pg_catalog.sum(m.width) / 8))
            / ((l.block_size - 24) * l.fill)) as wasted_pages
    from large l
    join pg_catalog.pg_attribute a on a.attrelid = l.oid and a.attnum > 0 and not a.attisdropped
        and a.attgenerated <> 'v' -- a virtual column (PostgreSQL 18) stores nothing
    left join pg_catalog.pg_stats s
        on s.schemaname = l.nspname and s.tablename = l.relname and s.attname = a.attname and not s.inherited
    cross join lateral (
        select
            -- what is always as wide needs no statistics
            case when a.attlen > 0 and a.attnotnull then a.attlen else (1 - s.null_frac) * s.avg_width end as width,
            case
                when a.attlen > 0 and a.attnotnull or s.attname is not null then null
                when coalesce(a.attstattarget, -1) = 0
                    then pg_catalog.format('the statistics of the column %I are turned off (SET STATISTICS 0)', a.attname)
                when not pg_catalog.has_column_privilege(l.oid, a.attnum, 'SELECT') or pg_catalog.row_security_active(l.oid)
                    then 'the statistics of their columns are hidden from this role'
                else 'the statistics of their columns were never made'
            end as missing
    ) m
    group by l.oid, l.reltuples, l.relpages, l.block_size, l.fill
)
select
    'warning' as severity,
    pg_catalog.format('%I.%I', l.nspname, l.relname) as object,
    (e.wasted_pages * l.block_size)::bigint as value,
    'bytes' as unit,
    pg_catalog.format('about %s of its %s are empty', pg_catalog.pg_size_pretty((e.wasted_pages * l.block_size)::bigint),
        pg_catalog.pg_size_pretty(l.relpages * l.block_size)) as detail,
    null as fix
from estimated e
join large l using (oid)
where e.unknown is null and e.wasted_pages * l.block_size >= 50 * 1024 * 1024 and e.wasted_pages >= 0.5 * l.relpages
union all
select
    'unknown', pg_catalog.format('tables of 50 MB or more: %s', pg_catalog.count(*)), null, 'bytes',
    pg_catalog.format('%s (%s%s)', e.unknown,
        (pg_catalog.array_agg(pg_catalog.format('%I.%I', l.nspname, l.relname) order by l.relpages desc, l.nspname, l.relname))[1],
        case when pg_catalog.count(*) > 1 then ' and others' else '' end), null
from estimated e
join large l using (oid)
where e.unknown is not null
group by e.unknown
order by severity desc, value desc nulls last, object, detail;
