-- Finds the indexes that another index of the same table, their keeper, makes unnecessary: proven from the catalog, by
-- the rules of the guard (db/callback/beforeEachMigrate.sql). All of them can go together: no keeper is on the list.
-- Of copies that could replace each other, one that cannot be dropped stays (a constraint's, a unique one); else the one
-- named by the application's framework (a hash at the end of its name); else the first by name.
-- Reads only the catalog; PostgreSQL 14 to 18; also on a standby. The view dbopt.redundant_indexes is this very query.
with worth_a_look as (
    -- where several indexes of a table begin with the same column: only these are described
    select i.indrelid, i.indkey[0] as first_column
    from pg_catalog.pg_index i
    group by i.indrelid, i.indkey[0]
    having count(*) > 1
),
extension_members as (
    select d.objid
    from pg_catalog.pg_depend d
    where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
),
described as materialized (
    select
        i.indexrelid, i.indrelid, n.nspname, t.relname as table_name, c.relname as index_name, c.relam,
        i.indnkeyatts, i.indnatts, i.indkey[0] as first_column, i.indkey::int2[] as columns, i.indclass::oid[] as classes,
        i.indcollation::oid[] as collations, i.indoption::int2[] as directions,
        -- the parameters of operator classes, such as siglen
        array(
            select a.attnum || ' ' || a.attoptions::text
            from pg_catalog.pg_attribute a
            where a.attrelid = i.indexrelid and a.attoptions is not null
            order by a.attnum
        ) as parameters,
        case when i.indexprs is not null then
            array(
                select case i.indkey[position - 1] when 0 then pg_catalog.pg_get_indexdef(i.indexrelid, position, true) else '' end
                from pg_catalog.generate_series(1, i.indnkeyatts) position
                order by position
            )
        end as expressions,
        case when i.indpred is not null then pg_catalog.pg_get_expr(i.indpred, i.indrelid) else '' end as predicate,
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
        i.indisvalid and i.indisready and i.indislive and not i.indcheckxmin and c.relname !~ '_cc(new|old)[0-9]*$' as can_keep,
        i.indisvalid and i.indisready and i.indislive and c.relkind = 'i' and not c.relispartition
            and not i.indisunique and not i.indisreplident and not i.indisclustered
            and i.indexrelid not in (
                select k.conindid from pg_catalog.pg_constraint k where k.contype in ('p', 'u', 'x', 'f'))
            and i.indexrelid not in (select e.objid from extension_members e)
            and i.indrelid not in (select e.objid from extension_members e) as can_go,
        row(c.relname !~ '_[0-9a-f]{8}$', c.relname::text collate "C") as precedence
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_am am on am.oid = c.relam
    where (i.indrelid, i.indkey[0]) in (select w.indrelid, w.first_column from worth_a_look w)
        and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'
),
covered as (
    select
        candidate.indexrelid, keeper.indexrelid as keeper_oid, keeper.index_name as keeper_name, keeper.indnatts as keeper_width,
        candidate.indnkeyatts = keeper.indnkeyatts as same_keys
    from described candidate
    join described keeper
        on keeper.indrelid = candidate.indrelid and keeper.relam = candidate.relam
        and keeper.first_column = candidate.first_column and keeper.indexrelid <> candidate.indexrelid
    where candidate.can_go and keeper.can_keep
        -- the proof, one line a rule; the leading keys of a btree serve as an index of their own
        and (keeper.indnkeyatts = candidate.indnkeyatts or keeper.indnkeyatts > candidate.indnkeyatts and keeper.is_btree)
        and keeper.columns[0:candidate.indnkeyatts - 1] = candidate.columns[0:candidate.indnkeyatts - 1]
        and keeper.classes[0:candidate.indnkeyatts - 1] = candidate.classes[0:candidate.indnkeyatts - 1]
        and keeper.collations[0:candidate.indnkeyatts - 1] = candidate.collations[0:candidate.indnkeyatts - 1]
        and keeper.directions[0:candidate.indnkeyatts - 1] = candidate.directions[0:candidate.indnkeyatts - 1]
        and keeper.parameters = candidate.parameters
        and (candidate.expressions is null or keeper.expressions[1:candidate.indnkeyatts] = candidate.expressions)
        and keeper.predicate = candidate.predicate
        and keeper.options = candidate.options
        and candidate.columns[candidate.indnkeyatts:candidate.indnatts - 1]
            <@ keeper.columns[keeper.first_returned:keeper.indnatts - 1]
        -- two that could replace each other: only the later one goes
        and not (
            keeper.can_go and candidate.can_keep and keeper.indnkeyatts = candidate.indnkeyatts
            and keeper.columns[keeper.indnkeyatts:keeper.indnatts - 1]
                <@ candidate.columns[candidate.first_returned:candidate.indnatts - 1]
            and candidate.precedence < keeper.precedence
        )
),
judged as (
    -- each with the keeper that is nearest to it among those that stay
    select distinct on (indexrelid) indexrelid, keeper_name, same_keys
    from covered
    where keeper_oid not in (select indexrelid from covered)
    order by indexrelid, same_keys desc, keeper_width, keeper_name
)
select
    d.nspname as schema_name,
    d.table_name,
    d.index_name,
    case when j.same_keys then 'duplicate' else 'prefix' end as kind,
    j.keeper_name as covered_by,
    size_bytes,
    pg_catalog.pg_size_pretty(size_bytes) as size,
    pg_catalog.pg_get_indexdef(d.indexrelid) as definition
from judged j
join described d using (indexrelid)
cross join pg_catalog.pg_relation_size(d.indexrelid) size_bytes
order by d.nspname, d.table_name, d.index_name;
