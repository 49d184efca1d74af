-- title:    Bloated indexes
-- severity: warning when a btree index is 1.7 times as large as it would be if it were rebuilt, or more, and at least
--           10 MB would be freed; unknown where that cannot be estimated, with the reason; none for a redundant one, which is better
--           dropped
-- why:      Deleted entries leave pages half empty. They cost every scan, and memory, and VACUUM never
--           makes an index smaller.
-- do:       Rebuild it beside the old one: readers and writers go on, and it needs the index's size in free space.
--           dbopt maintain --reindex does it; with --measure it reads the index where an estimate is not enough.
--
-- An estimate from the number of rows and the statistics of the columns at the last VACUUM or ANALYZE, which knows that
-- equal keys are stored once. An index in random order is 1.3 to 1.4 times as large even if no row was ever deleted, and
-- soon is again; so what is below 1.5 times is never reported. A partitioned index is judged by its parts of 1 MB or more.
with estimates as materialized (
    -- include db/health/sizes/index_estimates.sql
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
),
redundant_wholes as materialized (
    -- include db/audit/partitioned_indexes.sql
),
sharded as materialized (
    -- include db/audit/sharded_tables.sql
),
judged as (
    -- a part of a partitioned index together with the others: each by itself may be too small to matter
    select
        coalesce(case when c.relispartition then pg_catalog.pg_partition_root(c.oid) end, c.oid) as whole,
        e.indexrelid, e.bytes, e.at_most, e.bytes >= 1.7 * e.at_most as bloated,
        -- what is below 1.7 times what it needs at least is not bloated
        case when e.bytes >= 1.7 * e.at_most then null when e.reason is not null then e.bytes
            when e.bytes >= 1.7 * e.at_least then e.bytes - e.at_least end as perhaps,
        case
            when e.reason is not null then e.reason
            when i.indpred is not null then 'they are partial, and the number of their distinct keys is unknown'
            else 'the number of their distinct keys is unknown; CREATE STATISTICS (ndistinct) on their columns and ANALYZE would show it'
        end as reason
    from estimates e
    join pg_catalog.pg_index i using (indexrelid)
    join pg_catalog.pg_class c on c.oid = i.indexrelid
),
wholes as (
    select
        n.nspname, c.relname, i.indrelid, i.indisexclusion, c.relkind, j.*,
        case when j.wasted >= 10 * 1024 * 1024 then null else j.reason end as unknown
    from (
        select
            j.whole,
            pg_catalog.sum(j.bytes) as bytes,
            pg_catalog.sum(j.bytes - j.at_most) filter (where j.bloated) as wasted,
            pg_catalog.sum(j.perhaps) as perhaps,
            pg_catalog.count(*) filter (where j.bloated) as bloated_parts,
            pg_catalog.min(j.indexrelid::bigint) filter (where j.bloated) as bloated_part,
            (pg_catalog.array_agg(j.reason order by j.perhaps desc, j.bytes desc, j.indexrelid) filter (where j.perhaps is not null))[1] as reason
        from judged j
        group by j.whole
    ) j
    join pg_catalog.pg_class c on c.oid = j.whole
    join pg_catalog.pg_index i on i.indexrelid = j.whole
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where coalesce(j.wasted, 0) + coalesce(j.perhaps, 0) >= 10 * 1024 * 1024
        -- what is better dropped is not rebuilt
        and not exists (select from redundant r where r.schema_name = n.nspname and r.index_name = c.relname)
        and not exists (select from redundant_wholes r where r.index_oid = j.whole::bigint)
)
select
    'warning' as severity,
    pg_catalog.format('%I.%I', j.nspname, j.relname) as object,
    j.wasted::bigint as value,
    'bytes' as unit,
    pg_catalog.format('about %s of its %s are empty%s', pg_catalog.pg_size_pretty(j.wasted), pg_catalog.pg_size_pretty(j.bytes),
        case when j.relkind = 'I' then pg_catalog.format(', in %s of its %s parts', j.bloated_parts, (
            select pg_catalog.count(*)
            from pg_catalog.pg_partition_tree(j.whole) t
            where t.isleaf)) end) as detail,
    -- an exclusion constraint's cannot be rebuilt concurrently, and a shard's alone is not the whole; of a partitioned one this
    -- rebuilds one part after the other
    case when not j.indisexclusion and j.indrelid not in (select s.oid from sharded s) then pg_catalog.format('reindex index concurrently %s', case
        when j.relkind = 'I' and j.bloated_parts = 1 then (
            select pg_catalog.format('%I.%I', n.nspname, p.relname)
            from pg_catalog.pg_class p join pg_catalog.pg_namespace n on n.oid = p.relnamespace
            where p.oid = j.bloated_part::oid)
        else pg_catalog.format('%I.%I', j.nspname, j.relname) end) end as fix
from wholes j
where j.unknown is null
union all
select
    'unknown', pg_catalog.format('indexes of 10 MB or more: %s', pg_catalog.count(*)), null, 'bytes',
    pg_catalog.format('%s (%s%s)', j.unknown,
        (pg_catalog.array_agg(pg_catalog.format('%I.%I', j.nspname, j.relname) order by j.bytes desc, j.nspname, j.relname))[1],
        case when pg_catalog.count(*) > 1 then ' and others' else '' end), null
from wholes j
where j.unknown is not null
group by j.unknown
order by severity desc, value desc nulls last, object, detail;
