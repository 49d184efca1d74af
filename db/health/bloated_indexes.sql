-- title:    Bloated indexes
-- severity: warning when half of a btree index or more, and at least 10 MB, would go if it were built anew; unknown
--           where the statistics of its columns are hidden from this role, or were never made; none for a redundant one,
--           which is better dropped
-- why:      Deleted entries leave pages half empty. Every scan and the server's memory carry them, and VACUUM never
--           makes an index smaller.
-- do:       Build it anew beside the old one: readers and writers go on, and it needs the index's size in free space.
--
-- An estimate from the number of rows and the average width of the columns at the last VACUUM or ANALYZE. It takes
-- equal keys to be stored once each time, though PostgreSQL stores them together: so it finds too little, never too much.
with locked as materialized (
    -- include db/health/sizes/locked.sql
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
),
large as materialized (
    select
        i.indexrelid, i.indrelid, i.indkey, i.indisexclusion, n.nspname, c.relname, t.relname as table_name, c.reltuples, c.relpages,
        coalesce(pg_catalog.substring(pg_catalog.array_to_string(c.reloptions, ','), 'fillfactor=([0-9]+)')::int, 90) / 100.0 as fill,
        pg_catalog.current_setting('block_size')::bigint as block_size
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_am am on am.oid = c.relam and am.amname = 'btree'
    where c.relkind = 'i' and i.indisvalid and c.relpersistence <> 't'
        -- what is better dropped is not built anew
        and not exists (select from redundant r where r.schema_name = n.nspname and r.index_name = c.relname)
        and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        -- the catalog has no size of an index whose table was never vacuumed or analysed
        and case when t.reltuples < 0 and c.oid not in (select l.relation from locked l) then pg_catalog.pg_relation_size(c.oid)
            else c.relpages * pg_catalog.current_setting('block_size')::bigint end >= 10 * 1024 * 1024
),
estimated as (
    select
        l.indexrelid,
        pg_catalog.count(s.avg_width) = pg_catalog.count(*) and l.reltuples >= 0 as known,
        -- an entry is a pointer of 4 bytes and, in steps of 8, a header of 8 and the keys; a page has 40 bytes of its own
        l.relpages - 1 - pg_catalog.ceil(l.reltuples * (4 + 8 * pg_catalog.ceil((8 + pg_catalog.sum((1 - s.null_frac) * s.avg_width)) / 8))
            / ((l.block_size - 40) * l.fill)) as wasted_pages
    from large l
    join pg_catalog.pg_attribute a on a.attrelid = l.indexrelid
    left join pg_catalog.pg_attribute k on k.attrelid = l.indrelid and k.attnum = l.indkey[a.attnum - 1] and k.attnum > 0
    left join pg_catalog.pg_stats s
        on s.schemaname = l.nspname and not s.inherited
        -- the statistics of an expression stand under the name of its index
        and s.tablename = case when k.attname is null then l.relname else l.table_name end
        and s.attname = coalesce(k.attname, a.attname)
    group by l.indexrelid, l.reltuples, l.relpages, l.block_size, l.fill
)
select
    'warning' as severity,
    pg_catalog.format('%I.%I', l.nspname, l.relname) as object,
    (e.wasted_pages * l.block_size)::bigint as value,
    'bytes' as unit,
    pg_catalog.format('about %s of its %s are empty', pg_catalog.pg_size_pretty((e.wasted_pages * l.block_size)::bigint),
        pg_catalog.pg_size_pretty(l.relpages * l.block_size)) as detail,
    -- an exclusion constraint's cannot be built anew concurrently
    case when not l.indisexclusion then pg_catalog.format('reindex index concurrently %I.%I', l.nspname, l.relname) end as fix
from estimated e
join large l using (indexrelid)
where e.known and e.wasted_pages * l.block_size >= 10 * 1024 * 1024 and e.wasted_pages >= 0.5 * l.relpages
union all
select
    'unknown', pg_catalog.format('indexes of 10 MB or more: %s', pg_catalog.count(*)), null, 'bytes',
    'the statistics of their columns are hidden from this role, or were never made', null
from estimated e
where not e.known
having pg_catalog.count(*) > 0
order by severity desc, value desc nulls last, object;
