-- title:    Bloated indexes
-- severity: warning when a btree index is 1.7 times as large as it would be if it were rebuilt, or more, and at least
--           10 MB would go; unknown where that cannot be told, with the reason; none for a redundant one, which is better
--           dropped
-- why:      Deleted entries leave pages half empty. Every scan and the server's memory carry them, and VACUUM never
--           makes an index smaller.
-- do:       Rebuild it beside the old one: readers and writers go on, and it needs the index's size in free space.
--           dbopt maintain --reindex does it; with --measure it reads the index where an estimate is not enough.
--
-- An estimate from the number of rows and the statistics of the columns at the last VACUUM or ANALYZE, which knows that
-- equal keys are stored once. An index in random order is 1.3 to 1.4 times as large even if no row was ever deleted, and
-- soon is so again; so what is below 1.5 times is never told.
with estimates as materialized (
    -- include db/health/sizes/index_estimates.sql
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
),
sharded as materialized (
    -- include db/audit/sharded_tables.sql
),
judged as (
    select
        n.nspname, c.relname, i.indrelid, i.indisexclusion, e.bytes, e.at_most,
        case
            when e.bytes >= 1.7 * e.at_most and e.bytes - e.at_most >= 10 * 1024 * 1024 then null
            when e.reason is not null then e.reason
            when i.indpred is not null then 'they are partial, and it is not known how many of their keys differ'
            else 'it is not known how many of their keys differ; CREATE STATISTICS (ndistinct) on their columns and ANALYZE would tell'
        end as unknown
    from estimates e
    join pg_catalog.pg_index i using (indexrelid)
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    -- what is below 1.7 times what it needs at least is not bloated
    where (e.reason is not null and e.bytes >= 10 * 1024 * 1024
            or e.bytes >= 1.7 * e.at_least and e.bytes - e.at_least >= 10 * 1024 * 1024)
        -- what is better dropped is not rebuilt
        and not exists (select from redundant r where r.schema_name = n.nspname and r.index_name = c.relname)
)
select
    'warning' as severity,
    pg_catalog.format('%I.%I', j.nspname, j.relname) as object,
    j.bytes - j.at_most as value,
    'bytes' as unit,
    pg_catalog.format('about %s of its %s are empty', pg_catalog.pg_size_pretty(j.bytes - j.at_most),
        pg_catalog.pg_size_pretty(j.bytes)) as detail,
    -- an exclusion constraint's cannot be rebuilt concurrently, and a shard's alone is not the whole
    case when not j.indisexclusion and j.indrelid not in (select s.oid from sharded s) then pg_catalog.format('reindex index concurrently %I.%I', j.nspname, j.relname) end as fix
from judged j
where j.unknown is null
union all
select
    'unknown', pg_catalog.format('indexes of 10 MB or more: %s', pg_catalog.count(*)), null, 'bytes',
    pg_catalog.format('%s (%s%s)', j.unknown,
        (pg_catalog.array_agg(pg_catalog.format('%I.%I', j.nspname, j.relname) order by j.bytes desc, j.nspname, j.relname))[1],
        case when pg_catalog.count(*) > 1 then ' and others' else '' end), null
from judged j
where j.unknown is not null
group by j.unknown
order by severity desc, value desc nulls last, object, detail;
