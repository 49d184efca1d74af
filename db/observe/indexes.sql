-- How often each index was scanned, on this node. The OID tells an index from one that was built in its place.
-- The size, and the rows, are those that the last VACUUM, ANALYZE or build has found: to look at each file costs seconds.
-- So does printing each definition, and it waits for whoever holds the table exclusively: it is done where it has changed
-- (definitions.sql). printed_from names the versions of the rows of the catalog that it is made of; it is null where there
-- are more of them, in an expression or a predicate.
with shared as materialized (
    select
        (select pg_catalog.sum(o.xmin::text::bigint) from pg_catalog.pg_opclass o)
            + (select pg_catalog.sum(l.xmin::text::bigint) from pg_catalog.pg_collation l)
            + (select pg_catalog.sum(m.xmin::text::bigint) from pg_catalog.pg_am m)
            + (select pg_catalog.sum(n.xmin::text::bigint) from pg_catalog.pg_namespace n
                where n.oid in (select o.opcnamespace from pg_catalog.pg_opclass o)
                    or n.oid in (select l.collnamespace from pg_catalog.pg_collation l)) as versions
), named_columns as materialized (
    select a.attrelid as relation, pg_catalog.sum(a.xmin::text::bigint) as versions
    from pg_catalog.pg_attribute a
    where a.attnum > 0 and a.attrelid in (select i.indrelid from pg_catalog.pg_index i)
    group by a.attrelid
), tables as materialized (
    select t.oid as id, pg_catalog.concat_ws('.', t.xmin, n.xmin, c.versions, shared.versions) as versions
    from pg_catalog.pg_class t
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace
    join named_columns c on c.relation = t.oid
    cross join shared
)
select
    s.indexrelid as id,
    s.relid as table_id,
    s.schemaname as schema_name,
    s.relname as table_name,
    s.indexrelname as index_name,
    case when i.indexprs is null and i.indpred is null then c.xmin || '.' || tables.versions end as printed_from,
    s.idx_scan as scans,
    s.idx_tup_read as entries_read,
    -- from PostgreSQL 16 on
    case when s.idx_scan > 0 then (pg_catalog.to_jsonb(s) ->> 'last_idx_scan')::timestamptz end as last_scan,
    c.relpages * pg_catalog.current_setting('block_size')::bigint as bytes,
    -- found at the same moment as its size
    case when c.reltuples >= 0 then c.reltuples::bigint end as rows_in_it,
    -- the partitioned index that it is a part of
    case when c.relispartition then (
        select pg_catalog.format('%I.%I', n.nspname, w.relname)
        from pg_catalog.pg_class w
        join pg_catalog.pg_namespace n on n.oid = w.relnamespace
        where w.oid = pg_catalog.pg_partition_root(c.oid)
    ) end as whole
from pg_catalog.pg_stat_user_indexes s
join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
join pg_catalog.pg_class c on c.oid = s.indexrelid
join tables on tables.id = s.relid
-- one that is not valid is not used: a build or a drop is running, or was interrupted
where c.relpersistence <> 't' and i.indisvalid
order by s.indexrelid;
