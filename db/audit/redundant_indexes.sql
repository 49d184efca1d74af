-- Finds the indexes that another index of the same table, their keeper, makes unnecessary: proven from the catalog. All of
-- them can be dropped together: no keeper is on the list.
-- Of copies that could replace each other, one that cannot be dropped stays (a constraint's, a unique one); else the one
-- named by the application's framework (a hash at the end of its name); else the first by name.
-- Reads only the catalog; PostgreSQL 14 to 18; also on a standby. What stands between the markers is the redundancy rule:
-- its one text, from which the copies in the guard, the review and the view are made (CONTRIBUTING says how).
with candidate_groups as (
    -- where several indexes of a table begin with the same column: only these are described. Counted beside each index: of
    -- a group the planner would expect next to nothing, and compare each index with every other one
    select counted.indexrelid
    from (
        select i.indexrelid, count(*) over (partition by i.indrelid, i.indkey[0]) as indexes
        from pg_catalog.pg_index i
    ) counted
    where counted.indexes > 1
),
-- begin redundancy rule: description
extension_members as (
    select d.objid
    from pg_catalog.pg_depend d
    where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
),
-- The tables that Citus divides among nodes, and their shards: what one node counts, measures and locks is not the whole of
-- them. Its catalog is asked by way of ts_stat, since a query may not name a table that is not there.
sharded_tables as materialized (
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
),
described as materialized (
    select
        i.indexrelid, i.indrelid, n.nspname, t.relname as table_name, c.relname as index_name, c.relkind,
        i.indnkeyatts, i.indnatts, i.indkey[0] as first_column, i.indkey::int2[] as columns, i.indclass::oid[] as classes,
        i.indcollation::oid[] as collations, i.indoption::int2[] as directions,
        -- the parameters of operator classes, such as siglen
        array(
            select a.attnum || ' ' || a.attoptions::text
            from pg_catalog.pg_attribute a
            where a.attrelid = i.indexrelid and a.attoptions is not null
            order by a.attnum
        ) as parameters,
        -- Expressions as the server has them parsed, with the functions, operators and types that they call: texts look
        -- alike where these differ. Without what it ignores itself when it compares them: where in the statement they
        -- stood, and whether a cast was written out (after a dump is restored, each is).
        coalesce(pg_catalog.regexp_replace(i.indexprs::text,
            ' :(?:location|(?:func|relabel|coerce|coercion|convert|row_)format) -?[0-9]+', '', 'g'), '') as expressions,
        coalesce(pg_catalog.regexp_replace(i.indpred::text,
            ' :(?:location|(?:func|relabel|coerce|coercion|convert|row_)format) -?[0-9]+', '', 'g'), '') as predicate,
        -- the storage options that change what the index does, not only how full its pages are
        case when c.reloptions is not null then
            array(
                select setting
                from pg_catalog.unnest(c.reloptions) setting
                where setting !~ '^(fillfactor|deduplicate_items)='
                order by setting
            )
        else '{}' end as options,
        am.amname = 'btree' as is_btree,
        -- where the columns begin that an index-only scan can give back: a btree gives back its keys too
        case am.amname when 'btree' then 0 else i.indnkeyatts end as first_returned,
        i.indcheckxmin, state.is_usable, state.is_leftover, state.is_own,
        state.is_usable and not state.is_leftover and not i.indcheckxmin as can_keep,
        -- it can be dropped by itself, concurrently: a partitioned index is dropped with its parts, and no part without it
        state.is_own and c.relkind = 'i' as is_single,
        -- nothing else in the catalog depends on it: no uniqueness (which a replica identity has), no order of CLUSTER, no constraint
        not i.indisunique and not i.indisclustered
            and not exists (
                select from pg_catalog.pg_constraint k where k.conrelid = i.indrelid and k.conindid = i.indexrelid
            ) as is_free
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_am am on am.oid = c.relam
    cross join lateral (values (
        i.indisvalid and i.indisready and i.indislive,
        -- by its name, of REINDEX CONCURRENTLY
        c.relname ~ '_cc(new|old)[0-9]*$',
        -- whether it stands for itself: no part of a partitioned index, on no table of an extension, of the system, of a
        -- session (pg_temp_3) or of several nodes
        not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and i.indrelid not in (select e.objid from extension_members e)
            and i.indrelid not in (select s.oid from sharded_tables s)
    )) state (is_usable, is_leftover, is_own)
-- end redundancy rule: description
    where i.indexrelid in (select g.indexrelid from candidate_groups g)
),
pairs as materialized (
    select
        candidate.indexrelid, keeper.indexrelid as keeper_oid, candidate.indnkeyatts = keeper.indnkeyatts as same_keys,
        -- what is asked of a pair later: to look it up among all indexes, for each pair, would take the square of their number
        candidate.nspname, candidate.table_name, candidate.index_name, candidate.is_single,
        keeper.index_name as keeper_name, keeper.indnatts as keeper_width,
        -- of two that could replace each other, only the later one is dropped
        not (
            keeper.is_single and keeper.is_free and candidate.can_keep and keeper.indnkeyatts = candidate.indnkeyatts
            and keeper.columns[keeper.indnkeyatts:keeper.indnatts - 1]
                <@ candidate.columns[candidate.first_returned:candidate.indnatts - 1]
            and row(candidate.index_name !~ '_[0-9a-f]{8}$', candidate.index_name)
                < row(keeper.index_name !~ '_[0-9a-f]{8}$', keeper.index_name)
        ) as goes
    from described candidate
    join described keeper on
        -- begin redundancy rule: comparison
        keeper.indrelid = candidate.indrelid and keeper.indexrelid <> candidate.indexrelid
        -- follows from the columns, and makes the join quick
        and keeper.first_column = candidate.first_column
        -- the leading keys of a btree serve as an index of their own
        and (keeper.indnkeyatts = candidate.indnkeyatts or keeper.indnkeyatts > candidate.indnkeyatts and keeper.is_btree)
        and keeper.columns[0:candidate.indnkeyatts - 1] = candidate.columns[0:candidate.indnkeyatts - 1]
        and keeper.collations[0:candidate.indnkeyatts - 1] = candidate.collations[0:candidate.indnkeyatts - 1]
        and keeper.parameters = candidate.parameters
        -- lists in parentheses: the keeper's begins with the candidate's, but for its closing one
        and pg_catalog.starts_with(keeper.expressions, pg_catalog.left(candidate.expressions, -1))
        and candidate.columns[candidate.indnkeyatts:candidate.indnatts - 1]
            <@ keeper.columns[keeper.first_returned:keeper.indnatts - 1]
        -- end redundancy rule: comparison
    where candidate.is_usable
        -- begin redundancy rule: proof
        and candidate.is_free and keeper.can_keep
        -- an operator class belongs to one access method, so this is the same too
        and keeper.classes[0:candidate.indnkeyatts - 1] = candidate.classes[0:candidate.indnkeyatts - 1]
        and keeper.directions[0:candidate.indnkeyatts - 1] = candidate.directions[0:candidate.indnkeyatts - 1]
        and keeper.predicate = candidate.predicate
        and keeper.options = candidate.options
        -- end redundancy rule: proof
),
-- begin redundancy rule: trees
-- each partitioned index with itself, its parts and theirs
members as materialized (
    select d.indexrelid as root, tree.indexrelid
    from described d
    cross join lateral (
        with recursive part (indexrelid) as (
            values (d.indexrelid)
            union all
            select h.inhrelid from part join pg_catalog.pg_inherits h on h.inhparent = part.indexrelid
        )
        select part.indexrelid from part
    ) tree
    where d.relkind = 'I' and d.is_own
),
-- pairs of partitioned indexes where the one covers the other on the table and, part beside part, on every partition
whole_pairs as materialized (
    select p.indexrelid, p.keeper_oid
    from pairs p
    where p.indexrelid in (select m.root from members m)
        and not exists (
            select from members m
            where m.root = p.indexrelid and not exists (
                select from pairs q
                join members k on k.indexrelid = q.keeper_oid
                where q.indexrelid = m.indexrelid and k.root = p.keeper_oid))
        -- a foreign table has no part, and without one the parent could not be built again part by part
        and not exists (
            select from members m
            join pg_catalog.pg_index i on i.indexrelid = m.indexrelid
            join pg_catalog.pg_inherits h on h.inhparent = i.indrelid
            join pg_catalog.pg_class t on t.oid = h.inhrelid and t.relkind = 'f'
            where m.root = p.indexrelid)
),
-- of two that could replace each other, only the later one is dropped
whole_covered as materialized (
    select w.indexrelid, w.keeper_oid
    from whole_pairs w
    join described candidate on candidate.indexrelid = w.indexrelid
    join described keeper on keeper.indexrelid = w.keeper_oid
    where not (
        exists (select from whole_pairs r where r.indexrelid = w.keeper_oid and r.keeper_oid = w.indexrelid)
        and row(candidate.index_name !~ '_[0-9a-f]{8}$', candidate.index_name)
            < row(keeper.index_name !~ '_[0-9a-f]{8}$', keeper.index_name)
    )
),
-- end redundancy rule: trees
covered as (
    select * from pairs where is_single and goes
),
judged as (
    -- each with the keeper that is nearest to it among those that stay
    select distinct on (indexrelid) nspname, table_name, index_name, indexrelid, keeper_name, same_keys
    from covered
    where keeper_oid not in (select indexrelid from covered)
        -- nor is a part of a partitioned index that another one makes unnecessary (partitioned_indexes.sql)
        and keeper_oid not in (
            select m.indexrelid from members m where m.root in (select w.indexrelid from whole_covered w))
    order by indexrelid, same_keys desc, keeper_width, keeper_name
)
select
    j.nspname as schema_name,
    j.table_name,
    j.index_name,
    case when j.same_keys then 'duplicate' else 'prefix' end as kind,
    j.keeper_name as covered_by,
    size_bytes,
    pg_catalog.pg_size_pretty(size_bytes) as size,
    pg_catalog.pg_get_indexdef(j.indexrelid) as definition
from judged j
cross join lateral (select case
    -- a size waits for whoever holds or wants the index exclusively: then it is unknown
    when j.indexrelid <> all (array(
        select l.relation from pg_catalog.pg_locks l
        where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
            and l.database = (select b.oid from pg_catalog.pg_database b where b.datname = pg_catalog.current_database())))
    then pg_catalog.pg_relation_size(j.indexrelid)
end) measured (size_bytes)
order by j.nspname, j.table_name, j.index_name;
