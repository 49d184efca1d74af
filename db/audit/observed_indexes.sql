-- Every index of the application, for the evidence of dbopt observe to judge: with its definition, and with the reason, if
-- there is one, for which no counter may call it unused: it works without being scanned, or cannot be dropped. A part of a
-- partitioned index is dropped with the whole, so its reason is one of the whole's. Where there are several, the most severe: sharded,
-- extension, partitioned, constraint, replica_identity, clustered, unique, invalid,
-- supports_foreign_key, expression. A code keeps its name and meaning. Reads only the catalog; PostgreSQL 14 to 18.
with reasons as materialized (
    -- begin rule of counters
    with rule_members as (
        select d.objid
        from pg_catalog.pg_depend d
        where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
            and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
    ),
    rule_shards as materialized (
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
    )
    select distinct on (i.indexrelid) i.indexrelid, rule.code, rule.reason
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_am am on am.oid = c.relam
    left join lateral (
        -- the foreign keys whose columns lead this index and no other that can serve them
        select pg_catalog.string_agg(pg_catalog.quote_ident(k.conname), ', ' order by k.conname) as names
        from pg_catalog.pg_constraint k
        where k.conrelid = i.indrelid and k.contype = 'f' and i.indpred is null and am.amname in ('btree', 'hash')
            and (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey
            and pg_catalog.cardinality(k.conkey) <= i.indnkeyatts
            and not exists (
                select from pg_catalog.pg_index other
                join pg_catalog.pg_class other_class on other_class.oid = other.indexrelid
                join pg_catalog.pg_am other_am on other_am.oid = other_class.relam and other_am.amname in ('btree', 'hash')
                where other.indrelid = i.indrelid and other.indexrelid <> i.indexrelid and other.indpred is null
                    and other.indisvalid and other.indisready and other.indislive
                    and (other.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey
                    and pg_catalog.cardinality(k.conkey) <= other.indnkeyatts
            )
    ) foreign_keys on true
    cross join lateral (values
        (0, 'sharded', i.indrelid in (select s.oid from rule_shards s),
            'Citus divides its table among nodes, and each counts the scans of its own shards'),
        (1, 'extension', i.indrelid in (select e.objid from rule_members e) or i.indexrelid in (select e.objid from rule_members e),
            'it belongs to an extension'),
        (2, 'partitioned', c.relkind = 'I' and exists (
            select from pg_catalog.pg_inherits h
            join pg_catalog.pg_class f on f.oid = h.inhrelid and f.relkind = 'f'
            where h.inhparent = i.indrelid
        ), 'a foreign table among the partitions has no part of an index: without one it could not be rebuilt part by part while others write'),
        (3, 'constraint', i.indexrelid in (select k.conindid from pg_catalog.pg_constraint k),
            'a constraint depends on it, whether it is scanned or not'),
        (4, 'replica_identity', i.indisreplident,
            'it is the replica identity of its table: logical replication would lose UPDATE and DELETE'),
        (5, 'clustered', i.indisclustered, 'its table is clustered on it: CLUSTER would fail'),
        (6, 'unique', i.indisunique, 'it is unique: it keeps duplicates out without being scanned'),
        (7, 'invalid', not (i.indisvalid and i.indisready and i.indislive), 'it is not valid, so no query can use it'),
        (8, 'supports_foreign_key', foreign_keys.names is not null,
            pg_catalog.format('it alone leads with the columns of the foreign key %s: a DELETE or UPDATE of the table that it refers to, '
                'however rare, would read the whole table', foreign_keys.names)),
        -- of a partial index the planner takes no statistics
        (9, 'expression', i.indexprs is not null and i.indpred is null,
            'the planner has statistics of its expressions from it, for queries that never scan it: CREATE STATISTICS on them first')
    ) rule (position, code, applies, reason)
    where rule.applies
    order by i.indexrelid, rule.position
    -- end rule of counters
)
select
    i.indexrelid::bigint as index_oid,
    n.nspname as schema_name,
    t.relname as table_name,
    c.relname as index_name,
    pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
    c.relpages * pg_catalog.current_setting('block_size')::bigint as size_bytes,
    -- of a part, the whole index that it belongs to
    root_schema.nspname as whole_schema,
    root.relname as whole_index,
    c.relkind = 'I' as has_parts,
    r.code,
    r.reason,
    -- of which the planner has statistics; empty for a key that is a column
    case when r.code = 'expression' then
        array(
            select case when key.number = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, key.position::int, false) else '' end
            from pg_catalog.unnest(i.indkey::int2[]) with ordinality key (number, position)
            order by key.position
        )
    else '{}' end as expressions,
    -- a column with which no other btree begins
    (
        select pg_catalog.quote_ident(a.attname)
        from pg_catalog.pg_attribute a
        where a.attrelid = i.indrelid and a.attnum = i.indkey[0] and am.amname = 'btree' and i.indpred is null
            and not exists (
                select from pg_catalog.pg_index other
                join pg_catalog.pg_class other_class on other_class.oid = other.indexrelid
                join pg_catalog.pg_am other_am on other_am.oid = other_class.relam and other_am.amname = 'btree'
                where other.indrelid = i.indrelid and other.indexrelid <> i.indexrelid and other.indkey[0] = i.indkey[0]
                    and other.indpred is null and other.indisvalid
            )
    ) as leads_alone
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_am am on am.oid = c.relam
left join pg_catalog.pg_class root on c.relispartition and root.oid = pg_catalog.pg_partition_root(c.oid)
left join pg_catalog.pg_namespace root_schema on root_schema.oid = root.relnamespace
left join reasons r on r.indexrelid = i.indexrelid
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'
order by schema_name, table_name, index_name;
