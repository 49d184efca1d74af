-- Finds the indexes that look unnecessary and are not proven so, each with what has to be judged or done first: copies
-- that differ in one respect, copies that something else depends on, unique indexes that enforce nothing of their own, and
-- what interrupted builds left behind. A partial index beside a full one is here only if that one has the columns of its
-- predicate: where it lacks one, it reads rows that the partial index leaves out.
-- None of them is in redundant_indexes.sql or partitioned_indexes.sql, and none of those is named as a keeper here.
-- The code says what is in the way; where several things are, it is the most severe of them, and the reason names all. Most severe
-- first: foreign_key, constraint, replica_identity, clustered, refresh_concurrently, unique_copy, implied_unique,
-- operator_class, hash, reversed_order, partial, equal_operator_class, storage_options, older_transactions, partitioned.
-- What cannot serve has one of these:
-- partition_missing, building, building_unknown, leftover, invalid. A code keeps its name and meaning.
-- Reads only the catalog and the progress view; PostgreSQL 14 to 18; also on a standby.
with implied as materialized (
    -- unique indexes beside one that is unique on some of their keys, by number of column
    select wide.indexrelid, narrow.indexrelid as keeper_oid
    from pg_catalog.pg_index wide
    join pg_catalog.pg_index narrow on narrow.indrelid = wide.indrelid and narrow.indnkeyatts < wide.indnkeyatts
    where wide.indisunique and not wide.indisprimary and narrow.indisunique and narrow.indimmediate and narrow.indexprs is null
        and (narrow.indkey::int2[])[0:narrow.indnkeyatts - 1] <@ (wide.indkey::int2[])[0:wide.indnkeyatts - 1]
),
candidate_groups as (
    -- where several indexes of a table begin with the same column, or one is unusable: only these are described
    select counted.indexrelid
    from (
        select
            i.indexrelid, count(*) over same_start as indexes,
            bool_and(i.indisvalid and i.indisready and i.indislive) over same_start as all_usable
        from pg_catalog.pg_index i
        window same_start as (partition by i.indrelid, i.indkey[0])
    ) counted
    where counted.indexes > 1 or not counted.all_usable
    union select indexrelid from implied
    union select keeper_oid from implied
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
-- proven, by the rule
pairs as materialized (
    select
        candidate.indexrelid, keeper.indexrelid as keeper_oid, candidate.indnkeyatts = keeper.indnkeyatts as same_keys
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
-- the constraints that an index backs, and the foreign keys that depend on it
constraints as materialized (
    select
        k.conindid,
        bool_or(k.contype = 'x') as excludes,
        max(case k.contype when 'p' then 3 when 'u' then 2 when 'f' then 1 else 0 end) as weight,
        max(k.conname::text) filter (where k.contype in ('p', 'u')) as constraint_name,
        pg_catalog.string_agg(pg_catalog.format('%I of %s', k.conname, k.conrelid::pg_catalog.regclass), ', ' order by k.conname)
            filter (where k.contype = 'f') as foreign_keys,
        -- what makes them again once the index is back; its own takes it, but makes the index of a partitioned table itself
        pg_catalog.string_agg(
            pg_catalog.format('; ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::pg_catalog.regclass, k.conname,
                case when k.contype = 'f' or d.relkind = 'I' then pg_catalog.pg_get_constraintdef(k.oid)
                    else pg_catalog.format('%s USING INDEX %I%s%s', case k.contype when 'p' then 'PRIMARY KEY' else 'UNIQUE' end,
                        k.conname, case when k.condeferrable then ' DEFERRABLE' end,
                        case when k.condeferred then ' INITIALLY DEFERRED' end) end),
            '' order by k.conname) filter (where k.conparentid = 0) as undo_sql
    from described d
    join pg_catalog.pg_constraint k on k.conindid = d.indexrelid
    group by k.conindid
),
-- operator classes of another name with the same operators: each with the one that stands for all of them, a default one first
same_classes as materialized (
    select oid, first
    from (
        select o.oid, pg_catalog.first_value(o.oid) over (
            partition by o.opcmethod, o.opcfamily, o.opcintype, o.opckeytype order by o.opcdefault desc, o.oid) as first
        from pg_catalog.pg_opclass o
    ) class
    where oid <> first
),
-- the default one for a btree that serves what they serve: of those for LIKE 'x%' in another collation than C all but
-- LIKE, of those for a hash all, if they know the same equality (strategy 1; 3 of a btree)
other_classes as materialized (
    select other.oid, plain.oid as plain
    from pg_catalog.pg_opclass other
    join pg_catalog.pg_am m on m.oid = other.opcmethod and m.amname in ('btree', 'hash')
    join pg_catalog.pg_opclass plain on plain.opcintype = other.opcintype and plain.opcdefault
    join pg_catalog.pg_am b on b.oid = plain.opcmethod and b.amname = 'btree'
    where m.amname = 'btree' and other.opcname like '%\_pattern\_ops'
        or m.amname = 'hash' and exists (
            select from pg_catalog.pg_amop equality
            join pg_catalog.pg_amop same on same.amopopr = equality.amopopr and same.amopfamily = plain.opcfamily and same.amopstrategy = 3
            where equality.amopfamily = other.opcfamily and equality.amopstrategy = 1
                and equality.amoplefttype = other.opcintype and equality.amoprighttype = other.opcintype)
),
considered as materialized (
    select
        d.*, t.relkind as table_kind, i.indisunique, i.indimmediate, i.indisreplident, i.indisclustered,
        -- slices begin at 1
        case when d.classes && array(select oid from same_classes) then
            array(
                select coalesce(s.first, class.oid)
                from pg_catalog.unnest(d.classes) with ordinality class (oid, position)
                left join same_classes s on s.oid = class.oid
                order by class.position
            )
        else d.classes[0:d.indnkeyatts - 1] end as operators,
        case when d.classes && array(select oid from other_classes) then
            array(
                select coalesce(o.plain, s.first, class.oid)
                from pg_catalog.unnest(d.classes) with ordinality class (oid, position)
                left join other_classes o on o.oid = class.oid
                left join same_classes s on s.oid = class.oid
                order by class.position
            )
        end as plain_operators,
        case when d.predicate <> '' then
            array(select attribute[1]::int2 from pg_catalog.regexp_matches(d.predicate, ':varattno (-?[0-9]+)', 'g') attribute)
        end as predicate_columns,
        -- PostgreSQL 14 has no such column
        case when i.indisunique then coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) else false end
            as nulls_not_distinct,
        k.constraint_name, k.foreign_keys, k.undo_sql as constraints_undo_sql,
        -- whether something depends on it
        i.indisunique or i.indisclustered or k.conindid is not null as is_held,
        d.is_own and not coalesce(k.excludes, false) as can_be_judged,
        -- of copies, the one with the greatest of these stays
        row(
            coalesce(k.weight, 0), i.indisreplident, i.indisclustered,
            -pg_catalog.cardinality(pg_catalog.array_remove(d.directions, 0::int2)), d.index_name ~ '_[0-9a-f]{8}$'
        ) as precedence
    from described d
    join pg_catalog.pg_index i on i.indexrelid = d.indexrelid
    join pg_catalog.pg_class t on t.oid = d.indrelid
    left join constraints k on k.conindid = d.indexrelid
),
alike as materialized (
    select
        candidate.indexrelid, keeper.indexrelid as keeper_oid, how.same_order, how.same_operators, false as is_implied, how.is_whole,
        -- whether anything is in the way: the reasons below
        candidate.is_held or not (how.same_order and how.same_operators and how.is_whole) or keeper.indcheckxmin
            or keeper.classes[0:candidate.indnkeyatts - 1] <> candidate.classes[0:candidate.indnkeyatts - 1]
            or keeper.predicate <> candidate.predicate or keeper.options <> candidate.options as differs
    from considered candidate
    join considered keeper on
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
    cross join lateral (values (
        -- a hash has no order
        candidate.is_btree <> keeper.is_btree
            or keeper.directions[0:candidate.indnkeyatts - 1] = candidate.directions[0:candidate.indnkeyatts - 1],
        keeper.operators[1:candidate.indnkeyatts] = candidate.operators,
        -- of a partitioned one: on every partition too
        candidate.relkind = 'i'
            or row(candidate.indexrelid, keeper.indexrelid) in (select w.indexrelid, w.keeper_oid from whole_pairs w)
    )) how (same_order, same_operators, is_whole)
    where candidate.can_be_judged and candidate.is_usable and keeper.is_usable and not keeper.is_leftover
        -- what may differ, for somebody to weigh: the operator class, the order and the predicate
        and (how.same_operators or keeper.operators[1:candidate.indnkeyatts] = candidate.plain_operators)
        and (how.same_order
            -- every key the other way round: descending and nulls first are one bit each
            or not exists (
                select from pg_catalog.generate_series(0, candidate.indnkeyatts - 1) position
                where candidate.directions[position] # 3 <> keeper.directions[position]))
        and (keeper.predicate = candidate.predicate
            or keeper.predicate = '' and 0 < all (candidate.predicate_columns) and candidate.predicate_columns <@ keeper.columns)
        -- a unique index asks for one that enforces the same, at once
        and (not candidate.indisunique
            or keeper.indisunique and keeper.indimmediate and keeper.indnkeyatts = candidate.indnkeyatts
                and keeper.predicate = candidate.predicate and keeper.nulls_not_distinct = candidate.nulls_not_distinct)
        -- if the keeper could be the candidate, only one of the two may be listed
        and not (
            keeper.indnkeyatts = candidate.indnkeyatts and how.same_operators and keeper.predicate = candidate.predicate
            and (candidate.indisunique or not keeper.indisunique) and candidate.can_keep
            and keeper.columns[keeper.indnkeyatts:keeper.indnatts - 1]
                <@ candidate.columns[candidate.first_returned:candidate.indnatts - 1]
            and (candidate.precedence > keeper.precedence
                or candidate.precedence = keeper.precedence and candidate.index_name < keeper.index_name))
    union all
    select candidate.indexrelid, keeper.indexrelid, true, true, true, true, true
    from implied i
    join considered candidate on candidate.indexrelid = i.indexrelid
    join considered keeper on keeper.indexrelid = i.keeper_oid
    where candidate.can_be_judged and candidate.is_usable and candidate.relkind = 'i' and candidate.foreign_keys is null
        and keeper.is_usable and not keeper.is_leftover and keeper.predicate in ('', candidate.predicate)
        -- two rows that the wider one refuses for their nulls, the narrower one refuses too
        and (keeper.nulls_not_distinct or not candidate.nulls_not_distinct)
        -- equal means the same to both
        and not exists (
            select from rows from (
                pg_catalog.unnest(keeper.columns[0:keeper.indnkeyatts - 1]), pg_catalog.unnest(keeper.operators),
                pg_catalog.unnest(keeper.collations[0:keeper.indnkeyatts - 1])) k (attribute, class, locale)
            where not exists (
                select from rows from (
                    pg_catalog.unnest(candidate.columns[0:candidate.indnkeyatts - 1]), pg_catalog.unnest(candidate.operators),
                    pg_catalog.unnest(candidate.collations[0:candidate.indnkeyatts - 1])) c (attribute, class, locale)
                where c.attribute = k.attribute and c.class = k.class and c.locale = k.locale))
),
proven as (
    select indexrelid from alike where not differs
),
reviewed as (
    -- each beside the keeper that it differs least from
    select distinct on (indexrelid)
        candidate.indexrelid, keeper.index_name as covered_by, difference.codes[1] as code, difference.codes,
        pg_catalog.array_to_string(difference.reasons, '; ') as reason
    from alike a
    join considered candidate using (indexrelid)
    join considered keeper on keeper.indexrelid = a.keeper_oid
    left join pairs proven_on_table on proven_on_table.indexrelid = a.indexrelid and proven_on_table.keeper_oid = a.keeper_oid
    left join lateral (
        -- the partitions where the part is not proven beside its keeper's part
        select pg_catalog.string_agg(part.name, ', ' order by part.position)
            filter (where part.position <= 3) || case when count(*) > 3 then pg_catalog.format(' and %s more', count(*) - 3) else '' end
            as partitions
        from (
            select pg_catalog.format('%I.%I', n.nspname, t.relname) as name,
                pg_catalog.row_number() over (order by n.nspname, t.relname) as position
            from members m
            join pg_catalog.pg_index i on i.indexrelid = m.indexrelid
            join pg_catalog.pg_class t on t.oid = i.indrelid
            join pg_catalog.pg_namespace n on n.oid = t.relnamespace
            where m.root = a.indexrelid and not exists (
                select from pairs q
                join members k on k.indexrelid = q.keeper_oid
                where q.indexrelid = m.indexrelid and k.root = a.keeper_oid)
        ) part
    ) unproven on proven_on_table.indexrelid is not null and not a.is_whole
    cross join lateral (
        select
            pg_catalog.array_agg(d.code order by d.gravity) as codes,
            pg_catalog.array_agg(d.reason order by d.position) as reasons
        from (values
            (1, 6, 'unique_copy', candidate.indisunique and not is_implied, pg_catalog.format(
                'it and %I are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it',
                keeper.index_name)),
            (1, 6, 'implied_unique', is_implied, pg_catalog.format(
                'it enforces nothing that %I does not, which is unique on fewer of its keys: it is needed only where queries '
                'use its order or its other columns, or ON CONFLICT names them', keeper.index_name)),
            (2, 2, 'constraint', candidate.constraint_name is not null, pg_catalog.format(
                'it backs a constraint, and would be dropped with it: ALTER TABLE %I.%I DROP CONSTRAINT %s',
                candidate.nspname, candidate.table_name, pg_catalog.quote_ident(candidate.constraint_name))),
            (3, 1, 'foreign_key', candidate.foreign_keys is not null, pg_catalog.format(
                'foreign keys depend on it and would have to be added again: %s', candidate.foreign_keys)),
            (4, 3, 'replica_identity', candidate.indisreplident, pg_catalog.format(
                'it is the replica identity of its table: ALTER TABLE %I.%I REPLICA IDENTITY USING INDEX %I first',
                candidate.nspname, candidate.table_name, keeper.index_name)),
            (5, 4, 'clustered', candidate.indisclustered, pg_catalog.format(
                'its table is clustered on it: ALTER TABLE %I.%I CLUSTER ON %I first',
                candidate.nspname, candidate.table_name, keeper.index_name)),
            (6, 5, 'refresh_concurrently', candidate.indisunique and candidate.table_kind = 'm',
                'REFRESH MATERIALIZED VIEW CONCURRENTLY needs one unique index on columns, without a predicate, to stay'),
            (7, 9, 'reversed_order', not same_order, pg_catalog.format(
                '%I has the same keys in exactly reverse order: a backward scan of it finds the same', keeper.index_name)),
            (8, 7, 'operator_class', not same_operators and candidate.is_btree, pg_catalog.format(
                'it serves LIKE ''x%%'' outside the C collation, which %I does not; for = the latter is enough', keeper.index_name)),
            (8, 8, 'hash', not same_operators and not candidate.is_btree, pg_catalog.format(
                'it is a hash, and %I, a btree that leads with its column, serves = too; a hash is smaller where values are long',
                keeper.index_name)),
            (9, 11, 'equal_operator_class', same_operators and not is_implied
                    and candidate.classes[0:candidate.indnkeyatts - 1] <> keeper.classes[0:candidate.indnkeyatts - 1],
                pg_catalog.format('its operator class has another name than that of %I, and the same operators: both are of one '
                'family and input type', keeper.index_name)),
            (10, 10, 'partial', candidate.predicate <> keeper.predicate and not is_implied, pg_catalog.format(
                'it is partial, and %I, which has the columns of its predicate too, serves the same queries; but the partial one is smaller',
                keeper.index_name)),
            (11, 12, 'storage_options', candidate.options <> keeper.options and not is_implied, pg_catalog.format(
                'it differs from %I only in storage options that change how it works (%s; there: %s)', keeper.index_name,
                coalesce(nullif(pg_catalog.array_to_string(candidate.options, ', '), ''), 'the defaults'),
                coalesce(nullif(pg_catalog.array_to_string(keeper.options, ', '), ''), 'the defaults'))),
            (12, 14, 'partitioned', not is_whole, case
                when proven_on_table.indexrelid is null then pg_catalog.format(
                    '%I covers it, but the index of a partitioned table cannot be dropped concurrently: DROP INDEX %I.%I locks '
                    'the table and all its partitions for a moment', keeper.index_name, candidate.nspname, candidate.index_name)
                when unproven.partitions is not null then pg_catalog.format(
                    '%I covers it on the table, but is not proven to do so on each partition: not on %s', keeper.index_name,
                    unproven.partitions)
                else pg_catalog.format(
                    '%I covers it, but a foreign table among the partitions has no part of an index: without one it could '
                    'not be rebuilt part by part while others write', keeper.index_name) end),
            (13, 13, 'older_transactions', keeper.indcheckxmin and not is_implied, pg_catalog.format(
                '%I covers it, but may not serve older transactions yet: REINDEX INDEX CONCURRENTLY %I.%1$I settles it',
                keeper.index_name, keeper.nspname))
        ) d (position, gravity, code, applies, reason)
        where d.applies
    ) difference
    where a.indexrelid not in (select indexrelid from proven) and a.keeper_oid not in (select indexrelid from proven)
    order by indexrelid, pg_catalog.cardinality(difference.reasons), keeper.indnkeyatts, keeper.indnatts, keeper.index_name
),
leftovers as (
    select d.indexrelid, origin.index_name as covered_by,
        case
            when d.relkind = 'I' then 'partition_missing'
            when building.pid is not null then 'building'
            when hidden.pid is not null then 'building_unknown'
            when d.is_leftover then 'leftover'
            else 'invalid'
        end as code,
        null::text[] as codes,
        case
            when d.relkind = 'I' then pg_catalog.format(
                'it is not valid, because a partition lacks its part: build that and ALTER INDEX %I.%I ATTACH PARTITION it, or drop it',
                d.nspname, d.index_name)
            when building.pid is not null then pg_catalog.format(
                'it is not valid: process %s is building it right now; audit again when that is done', building.pid)
            when hidden.pid is not null then pg_catalog.format(
                'it is not valid: whether process %s is building it right now is hidden from this role; if not, REINDEX INDEX '
                'CONCURRENTLY %I.%I or drop it', hidden.pid, d.nspname, d.index_name)
            when d.is_leftover then pg_catalog.format(
                'it is what an interrupted REINDEX CONCURRENTLY left behind; no query uses it: DROP INDEX CONCURRENTLY %I.%I',
                d.nspname, d.index_name)
            else pg_catalog.format(
                'it is not valid: an interrupted build or drop left it behind; no query uses it. Needed: REINDEX INDEX CONCURRENTLY '
                '%I.%I. Not needed: DROP INDEX CONCURRENTLY %1$I.%2$I', d.nspname, d.index_name)
        end as reason
    from considered d
    left join described origin
        on d.is_leftover and origin.indrelid = d.indrelid
        and origin.index_name = pg_catalog.regexp_replace(d.index_name, '_cc(new|old)[0-9]*$', '')
    left join lateral (
        select p.pid from pg_catalog.pg_stat_progress_create_index p where p.index_relid = d.indexrelid limit 1
    ) building on true
    left join lateral (
        select p.pid
        from pg_catalog.pg_stat_progress_create_index p
        where p.index_relid is null and p.datname = pg_catalog.current_database()
        limit 1
    ) hidden on true
    where d.can_be_judged and not d.is_usable
)
select
    d.nspname as schema_name, d.table_name, d.index_name, found.covered_by, found.code, found.reason,
    -- all that is in the way of what serves today, most severe first
    found.codes,
    measured.size_bytes,
    text.definition,
    -- the statements that restore it with what depends on it, for what serves today
    case
        when not d.is_usable then null
        when d.relkind = 'I' and d.constraint_name is not null then pg_catalog.substr(d.constraints_undo_sql, 3)
        else pg_catalog.format('CREATE %sINDEX%s %I ON %s%s%s%s',
            case when d.indisunique then 'UNIQUE ' end, case when d.relkind = 'i' then ' CONCURRENTLY' end, d.index_name,
            pg_catalog.left(text.method, pg_catalog.length(text.method) - pg_catalog.length(text.predicate)),
            ' TABLESPACE ' || pg_catalog.quote_ident(b.spcname), text.predicate, d.constraints_undo_sql)
        || case when d.indisreplident then pg_catalog.format('; ALTER TABLE %I.%I REPLICA IDENTITY USING INDEX %I',
            d.nspname, d.table_name, d.index_name) else '' end
        || case when d.indisclustered then pg_catalog.format('; ALTER TABLE %I.%I CLUSTER ON %I',
            d.nspname, d.table_name, d.index_name) else '' end
    end as undo_sql
from (select * from reviewed union all select * from leftovers) found
join considered d using (indexrelid)
join pg_catalog.pg_index i using (indexrelid)
join pg_catalog.pg_class c on c.oid = d.indexrelid
left join pg_catalog.pg_tablespace b on b.oid = c.reltablespace
cross join lateral (
    select shown.definition,
        -- from the table on
        pg_catalog.substr(shown.definition, 1 + pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s',
            case when d.indisunique then 'UNIQUE ' end, d.index_name, case when d.relkind = 'I' then 'ONLY ' end))) as method,
        coalesce(' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid), '') as predicate
    from pg_catalog.pg_get_indexdef(d.indexrelid) shown (definition)
) text
cross join lateral (select case
    -- a size waits for whoever holds or wants the index exclusively: then it is unknown
    when d.indexrelid <> all (array(
        select l.relation from pg_catalog.pg_locks l
        where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
            and l.database = (select b.oid from pg_catalog.pg_database b where b.datname = pg_catalog.current_database())))
    then pg_catalog.pg_relation_size(d.indexrelid)
end) measured (size_bytes)
order by d.nspname, d.table_name, d.index_name;
