-- The tables that Citus divides among nodes, and their shards; none without Citus. What one node counts, measures and locks is
-- not the whole of them. Reads only the catalog; PostgreSQL 14 to 18.
-- begin rule of shards
select s.word::oid as oid
from pg_catalog.ts_stat(case when exists (select from pg_catalog.pg_extension x where x.extname = 'citus') then $citus$
    select p.logicalrelid::oid::text::pg_catalog.tsvector from pg_catalog.pg_dist_partition p
    union all
    -- a shard is named as its table, with its number
    select c.oid::text::pg_catalog.tsvector
    from pg_catalog.pg_dist_shard d
    join pg_catalog.pg_class t on t.oid = d.logicalrelid
    cross join lateral (
        select name.part
        from pg_catalog.unnest(pg_catalog.parse_ident(pg_catalog.shard_name(d.logicalrelid, d.shardid)))
            with ordinality name (part, position)
        order by name.position desc
        limit 1
    ) shard
    join pg_catalog.pg_class c on c.relnamespace = t.relnamespace and c.relname = shard.part
$citus$ else 'select ''''::pg_catalog.tsvector where false' end) s
-- end rule of shards
;
