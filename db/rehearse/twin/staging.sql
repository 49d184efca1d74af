-- In the twin, as its superuser: where the facts of the source arrive. They go with the session.
create temporary table relation_facts (
    schema_name text, name text, pages int, rows real, visible_pages int, bytes bigint
);
create temporary table column_facts (
    schema_name text, table_name text, column_name text, inherited boolean, null_share real, width int, n_distinct real,
    common_values text, common_shares real[], bounds text, correlation real,
    common_elements text, element_shares real[], element_counts real[],
    range_lengths text, empty_share real, range_bounds text
);
create temporary table extended_facts (
    schema_name text, name text, inherited boolean, n_distinct text, dependencies text,
    common_values text[], common_shares float8[], shares_if_independent float8[]
);
create temporary table expression_facts (
    schema_name text, name text, expression text, inherited boolean, null_share real, width int, n_distinct real,
    common_values text, common_shares real[], bounds text, correlation real,
    common_elements text, element_shares real[], element_counts real[]
);
-- for each statistics of several columns a table without rows: one column for each of its columns and expressions, in its order
create temporary table stand_ins (statistics oid, relation oid, columns int, schema_name text, table_name text);
-- of which tables something was refused; never why, since the server's words can hold the values
create temporary table refused (schema_name text, table_name text);

-- The operator by which ANALYZE compares values of a type: of its default operator class for btree, or for hash (equality).
create function pg_temp.comparison_of(compared oid, strategy int) returns oid language sql stable as $$
    select coalesce((
        select o.amopopr
        from pg_catalog.pg_opclass k
        join pg_catalog.pg_amop o on o.amopfamily = k.opcfamily and o.amopmethod = k.opcmethod
            and o.amoplefttype = k.opcintype and o.amoprighttype = k.opcintype
        join pg_catalog.pg_type input on input.oid = k.opcintype
        join pg_catalog.pg_type t on t.oid = compared
        join pg_catalog.pg_am am on am.oid = k.opcmethod
        where k.opcdefault
            and (am.amname = 'btree' and o.amopstrategy = strategy or am.amname = 'hash' and strategy = 3 and o.amopstrategy = 1)
            and (
                k.opcintype = t.oid
                or k.opcintype = case
                    when t.typtype = 'e' then 'pg_catalog.anyenum'::pg_catalog.regtype
                    when t.typtype = 'r' then 'pg_catalog.anyrange'::pg_catalog.regtype
                    when t.typtype = 'm' then 'pg_catalog.anymultirange'::pg_catalog.regtype
                    when t.typelem <> 0 and t.typlen = -1 then 'pg_catalog.anyarray'::pg_catalog.regtype
                end
                or exists (
                    select
                    from pg_catalog.pg_cast c
                    where c.castsource = t.oid and c.casttarget = k.opcintype and c.castmethod = 'b' and c.castcontext = 'i'
                )
            )
        order by am.amname, k.opcintype = t.oid desc, input.typispreferred desc, k.opcintype
        limit 1
    ), 0);
$$;

-- The type that a domain stands for; a domain's own checks could call anything.
create function pg_temp.base_type(named oid) returns oid language sql stable as $$
    with recursive bases (oid, base) as (
        select t.oid, t.typbasetype from pg_catalog.pg_type t where t.oid = named
        union all
        select t.oid, t.typbasetype from bases b join pg_catalog.pg_type t on t.oid = b.base
    )
    select b.oid from bases b where b.base = 0;
$$;

-- Whether values of a type that is no domain are read by the server's own code, or an extension's.
create function pg_temp.readable(base oid) returns boolean language sql stable as $$
    select t.typtype in ('b', 'e', 'r', 'm')
        and coalesce(element.typtype, 'b') in ('b', 'e', 'r', 'm')
        and coalesce(bound.typtype, 'b') = 'b'
    from pg_catalog.pg_type t
    left join pg_catalog.pg_type element on element.oid = t.typelem
    left join pg_catalog.pg_range range on t.oid in (range.rngtypid, range.rngmultitypid)
    left join pg_catalog.pg_type bound on bound.oid = range.rngsubtype
    where t.oid = base;
$$;

-- Looked up once for each type that a column has, not for each column.
create temporary table comparisons as
select used.type as compared, strategy, pg_temp.comparison_of(used.type, strategy) as operator
from (
    select pg_temp.base_type(a.type) as type
    from (select distinct atttypid as type from pg_catalog.pg_attribute where not attisdropped) a
    union
    select t.typelem from pg_catalog.pg_type t where t.oid in (select distinct atttypid from pg_catalog.pg_attribute)
) used
cross join (values (1), (3)) strategies (strategy)
where used.type <> 0;
create index on comparisons (compared, strategy);

create function pg_temp.comparison(compared oid, strategy int) returns oid language sql stable as $$
    select coalesce(
        (select known.operator from pg_temp.comparisons known where known.compared = $1 and known.strategy = $2),
        pg_temp.comparison_of($1, $2));
$$;
