-- What there is to know of every index before it is dropped: its size and use, and what a CREATE INDEX does not say of it.
-- scans counts on this server since its statistics began; last_scan is known from PostgreSQL 16 on.
select
    i.indexrelid as index_oid,
    i.indrelid as table_oid,
    n.nspname as schema_name,
    t.relname as table_name,
    c.relname as index_name,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as qualified_index,
    pg_catalog.format('%I.%I', n.nspname, t.relname) as qualified_table,
    pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
    (
        select pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, position, true), ', ' order by position)
        from pg_catalog.generate_series(1, i.indnkeyatts) position
    ) as keys,
    -- a size waits for whoever holds or wants the index exclusively: then it is unknown; of a partitioned one, all its parts'
    (
        select case when pg_catalog.bool_and(m.indexrelid <> all (array(
            select l.relation from pg_catalog.pg_locks l
            where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
                and l.database = (select b.oid from pg_catalog.pg_database b where b.datname = pg_catalog.current_database()))))
        then sum(pg_catalog.pg_relation_size(m.indexrelid))::bigint end
        from pg_catalog.unnest(tree.members) m (indexrelid)
    ) as size_bytes,
    -- at the last VACUUM, ANALYZE or build
    case c.relkind when 'i' then c.relpages else (
        select sum(p.relpages)::bigint from pg_catalog.pg_class p where p.oid = any (tree.members)
    ) end as pages,
    case c.relkind when 'i' then pg_catalog.pg_stat_get_numscans(i.indexrelid) else (
        select sum(pg_catalog.pg_stat_get_numscans(m.indexrelid))::bigint from pg_catalog.unnest(tree.members) m (indexrelid)
    ) end as scans,
    (
        select max((pg_catalog.to_jsonb(s) ->> 'last_idx_scan')::timestamptz)
        from pg_catalog.pg_stat_all_indexes s
        where s.indexrelid = any (tree.members)
    ) as last_scan,
    pg_catalog.quote_ident(b.spcname) as tablespace,
    d.description as comment,
    -- columns whose statistics target was set, and the targets: ALTER INDEX ... ALTER COLUMN number SET STATISTICS target,
    -- which only an expression can have
    case when i.indexprs is not null then
        array(
            select a.attnum::int
            from pg_catalog.pg_attribute a
            where a.attrelid = i.indexrelid and a.attstattarget >= 0
            order by a.attnum
        )
    else '{}' end as statistics_columns,
    case when i.indexprs is not null then
        array(
            select a.attstattarget::int
            from pg_catalog.pg_attribute a
            where a.attrelid = i.indexrelid and a.attstattarget >= 0
            order by a.attnum
        )
    else '{}' end as statistics_targets,
    -- what it depends on beside its table; as pg_temp.dependencies of the guard
    array(
        select distinct pg_catalog.format('%s %s', object.type, object.identity) collate "C"
        from pg_catalog.pg_depend d
        cross join lateral pg_catalog.pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) object
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = i.indexrelid and d.deptype in ('n', 'a', 'x')
            and d.refclassid <> 'pg_catalog.pg_constraint'::pg_catalog.regclass
            and not (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = i.indrelid)
        order by 1
    ) as dependencies,
    -- other indexes of the same definition on its table
    array(
        select pg_catalog.format('%I.%I', n.nspname, copy_class.relname)
        from pg_catalog.pg_index copy
        join pg_catalog.pg_class copy_class on copy_class.oid = copy.indexrelid
        where copy.indrelid = i.indrelid and copy.indexrelid <> i.indexrelid
            and copy.indkey::text = i.indkey::text and copy.indclass::text = i.indclass::text
            and pg_catalog.pg_get_indexdef(copy.indexrelid) = pg_catalog.replace(pg_catalog.pg_get_indexdef(i.indexrelid),
                pg_catalog.format(' INDEX %I ON ', c.relname), pg_catalog.format(' INDEX %I ON ', copy_class.relname))
        order by 1
    ) as copies,
    -- the foreign keys of the table whose columns lead this index, so that the index serves their checks
    case when i.indrelid in (select k.conrelid from pg_catalog.pg_constraint k where k.contype = 'f') then
        array(
            select k.conname::text
            from pg_catalog.pg_constraint k
            where k.conrelid = i.indrelid and k.contype = 'f' and i.indpred is null
                and (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey
                and pg_catalog.cardinality(k.conkey) <= i.indnkeyatts
            order by k.conname
        )
    else '{}' end as foreign_keys
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
-- itself and, of a partitioned one, its parts and theirs
cross join lateral (select case c.relkind when 'i' then array[i.indexrelid] else array(
    with recursive part (indexrelid) as (
        values (i.indexrelid)
        union all
        select h.inhrelid from part join pg_catalog.pg_inherits h on h.inhparent = part.indexrelid
    )
    select part.indexrelid from part
) end as members) tree
left join pg_catalog.pg_tablespace b on b.oid = c.reltablespace
left join pg_catalog.pg_description d
    on d.objoid = i.indexrelid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = 0
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't';
