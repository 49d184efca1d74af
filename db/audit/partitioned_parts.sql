-- The parts of these partitioned indexes (the parameter: their OIDs), and the way back after they are dropped: undo_sql,
-- statements that block no writes but for an instant, each to be run by itself.
-- Reads only the catalog; PostgreSQL 14 to 18; also on a standby.
with recursive members (root, indexrelid, parent) as (
    select c.oid, c.oid, null::oid
    from pg_catalog.pg_class c
    where c.oid = any (?::bigint[]::oid[]) and c.relkind = 'I'
    union all
    select m.root, h.inhrelid, h.inhparent from members m join pg_catalog.pg_inherits h on h.inhparent = m.indexrelid
)
select
    m.root::bigint as index_oid,
    count(*) filter (where c.relkind = 'i')::int as parts,
    pg_catalog.string_agg(
        case c.relkind when 'i'
            then 'CREATE INDEX CONCURRENTLY ' || pg_catalog.substr(text.created, 1 + pg_catalog.length('CREATE INDEX '))
            else text.created end
        || case when parent.oid is null then '' else pg_catalog.format('; ALTER INDEX %I.%I ATTACH PARTITION %I.%I',
            pn.nspname, parent.relname, cn.nspname, c.relname) end,
        '; ' order by m.indexrelid <> m.root, pg_catalog.cardinality(ancestors.oids), cn.nspname, c.relname) as undo_sql,
    -- what makes it and its parts, itself first
    pg_catalog.array_agg(text.created
        order by m.indexrelid <> m.root, pg_catalog.cardinality(ancestors.oids), cn.nspname, c.relname) as part_sql
from members m
join pg_catalog.pg_class c on c.oid = m.indexrelid
join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
join pg_catalog.pg_index i on i.indexrelid = m.indexrelid
left join pg_catalog.pg_tablespace b on b.oid = c.reltablespace
left join pg_catalog.pg_class parent on parent.oid = m.parent
left join pg_catalog.pg_namespace pn on pn.oid = parent.relnamespace
cross join lateral (select array(select pg_catalog.pg_partition_ancestors(m.indexrelid)) as oids) ancestors
cross join lateral (
    select
        pg_catalog.left(shown.definition, pg_catalog.length(shown.definition) - pg_catalog.length(shown.predicate))
        || coalesce(' TABLESPACE ' || pg_catalog.quote_ident(b.spcname), '') || shown.predicate as created
    from (values (
        pg_catalog.pg_get_indexdef(m.indexrelid), coalesce(' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid), '')
    )) shown (definition, predicate)
) text
group by m.root
order by m.root;
