-- In the twin, as its superuser: puts the facts of the source where the planner looks for them. pg_stats names what it shows;
-- pg_statistic has it in slots, by kinds: 1 common values, 2 bounds of the histogram, 3 correlation, 4 common elements of
-- arrays, 5 how many elements they have, 6 lengths of ranges, 7 their bounds. The operators and collations follow from the
-- types, as ANALYZE has them. Since 18 a function could do the same; this way is one for all versions.
-- Values of a type that are read by code of the application's own are skipped: of rows, and of arrays of domains.
update pg_catalog.pg_class c
set relpages = f.pages, reltuples = f.rows, relallvisible = f.visible_pages
from relation_facts f
join pg_catalog.pg_namespace n on n.nspname = f.schema_name
where c.relnamespace = n.oid and c.relname = f.name;

do $$
declare
    facts record;
begin
    for facts in
        select f.schema_name, f.table_name, f.inherited, f.null_share, f.width, f.n_distinct,
            f.common_shares, f.element_shares, f.empty_share,
            case when known.readable then f.common_values end as common_values,
            case when known.readable then f.bounds end as bounds,
            case when known.readable then f.correlation end as correlation,
            case when known.readable then f.common_elements end as common_elements,
            case when known.readable then f.element_counts end as element_counts,
            case when known.readable then f.range_lengths end as range_lengths,
            case when known.readable then f.range_bounds end as range_bounds,
            c.oid as relation, a.attnum, base.oid as base, a.attcollation as collation, base.typelem as element,
            base.typcategory = 'A' as is_array, base.oid = 'pg_catalog.tsvector'::pg_catalog.regtype as is_document
        from column_facts f
        join pg_catalog.pg_namespace n on n.nspname = f.schema_name
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = f.table_name
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = f.column_name and not a.attisdropped
        join pg_catalog.pg_type base on base.oid = pg_temp.base_type(a.atttypid)
        cross join lateral pg_temp.readable(base.oid) known (readable)
    loop
        begin
            insert into pg_catalog.pg_statistic (
                starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
                stakind1, staop1, stacoll1, stanumbers1, stavalues1,
                stakind2, staop2, stacoll2, stanumbers2, stavalues2,
                stakind3, staop3, stacoll3, stanumbers3, stavalues3,
                stakind4, staop4, stacoll4, stanumbers4, stavalues4,
                stakind5, staop5, stacoll5, stanumbers5, stavalues5
            )
            select
                facts.relation, facts.attnum, facts.inherited, facts.null_share, facts.width, facts.n_distinct,
                s.kind[1], s.operator[1], case when s.kind[1] = 0 then 0 else facts.collation end,
                case when s.kind[1] = 1 then facts.common_shares end,
                pg_catalog.array_in(facts.common_values::cstring, facts.base, -1),
                s.kind[2], s.operator[2], case when s.kind[2] = 0 then 0 else facts.collation end, null,
                pg_catalog.array_in(facts.bounds::cstring, facts.base, -1),
                s.kind[3], s.operator[3], case when s.kind[3] = 0 then 0 else facts.collation end,
                case when s.kind[3] = 3 then array[facts.correlation] end, null,
                s.kind[4], s.operator[4], s.element_collation,
                case when s.kind[4] = 4 then facts.element_shares when s.kind[4] = 6 then array[facts.empty_share] end,
                case when s.kind[4] = 4 then pg_catalog.array_in(facts.common_elements::cstring, s.element_type, -1)
                    when s.kind[4] = 6 then pg_catalog.array_in(facts.range_lengths::cstring, 'pg_catalog.float8'::pg_catalog.regtype, -1) end,
                s.kind[5], s.operator[5], case when s.kind[5] = 5 then s.element_collation else 0 end,
                case when s.kind[5] = 5 then facts.element_counts end,
                pg_catalog.array_in(facts.range_bounds::cstring, s.bounds_type, -1)
            from (
                select
                    k.kind, e.element_type, e.bounds_type,
                    case when k.kind[4] <> 4 then 0 when facts.is_document then 'pg_catalog."default"'::pg_catalog.regcollation
                        else facts.collation end as element_collation,
                    array[
                        case when k.kind[1] = 0 then 0 else pg_temp.comparison(facts.base, 3) end,
                        case when k.kind[2] = 0 then 0 else pg_temp.comparison(facts.base, 1) end,
                        case when k.kind[3] = 0 then 0 else pg_temp.comparison(facts.base, 1) end,
                        case k.kind[4] when 4 then pg_temp.comparison(pg_temp.base_type(e.element_type), 3)
                            when 6 then pg_temp.comparison('pg_catalog.float8'::pg_catalog.regtype, 1) else 0 end,
                        case k.kind[5] when 5 then pg_temp.comparison(pg_temp.base_type(e.element_type), 3) else 0 end
                    ]::oid[] as operator
                from (
                    select array[
                        case when facts.common_values is null then 0 else 1 end,
                        case when facts.bounds is null then 0 else 2 end,
                        case when facts.correlation is null then 0 else 3 end,
                        case when facts.common_elements is not null then 4 when facts.range_lengths is not null then 6 else 0 end,
                        case when facts.element_counts is not null then 5 when facts.range_bounds is not null then 7 else 0 end
                    ] as kind
                ) k
                cross join (
                    select case when facts.is_document then 'pg_catalog.text'::pg_catalog.regtype::oid else facts.element end as element_type,
                        -- the bounds of a multirange are those of its range
                        coalesce((select r.rngtypid from pg_catalog.pg_range r where r.rngmultitypid = facts.base), facts.base) as bounds_type
                ) e
            ) s;
        exception when others then
            insert into pg_temp.refused
            select n.nspname, t.relname
            from pg_catalog.pg_class t
            join pg_catalog.pg_namespace n on n.oid = t.relnamespace
            where t.oid = coalesce((select i.indrelid from pg_catalog.pg_index i where i.indexrelid = facts.relation), facts.relation);
        end;
    end loop;
    -- an expression of an index has its column's name from when it was made: another one here, and its statistics have no place
    insert into pg_temp.refused
    select n.nspname, t.relname
    from pg_temp.column_facts f
    join pg_catalog.pg_namespace own on own.nspname = f.schema_name
    join pg_catalog.pg_class c on c.relnamespace = own.oid and c.relname = f.table_name and c.relkind in ('r', 'p', 'm', 'i', 'I')
    left join pg_catalog.pg_index i on i.indexrelid = c.oid
    join pg_catalog.pg_class t on t.oid = coalesce(i.indrelid, c.oid)
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace
    where not exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attname = f.column_name and not a.attisdropped
    );
end $$;
