-- In the twin, as its superuser: a table without rows stands in for each statistics of several columns, so that its types are
-- known, and the statistics of its expressions are put where those of columns are. No expression is run: nothing is selected.
do $$
declare
    made record;
begin
    for made in
        select s.oid, n.nspname, c.relname, own.columns, own.list
        from pg_catalog.pg_statistic_ext s
        join pg_catalog.pg_namespace own_schema on own_schema.oid = s.stxnamespace
        join pg_catalog.pg_class c on c.oid = s.stxrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        cross join lateral (
            select pg_catalog.count(*) as columns,
                pg_catalog.string_agg(pg_catalog.format('%s as %I', item, position), ', ' order by position) as list
            from (
                select pg_catalog.quote_ident(a.attname) as item, key.position
                from pg_catalog.unnest(s.stxkeys) with ordinality key (number, position)
                join pg_catalog.pg_attribute a on a.attrelid = s.stxrelid and a.attnum = key.number
                union all
                select '(' || e.item || ')', pg_catalog.cardinality(s.stxkeys) + e.position
                from pg_catalog.unnest(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid)) with ordinality e (item, position)
            ) items
        ) own
        where exists (select from pg_temp.extended_facts f where f.schema_name = own_schema.nspname and f.name = s.stxname)
    loop
        begin
            execute pg_catalog.format('create temporary table %I as select %s from %I.%I with no data',
                'stand-in ' || made.oid, made.list, made.nspname, made.relname);
            insert into pg_temp.stand_ins
            select made.oid, c.oid, made.columns, made.nspname, made.relname
            from pg_catalog.pg_class c
            where c.relname = 'stand-in ' || made.oid and c.relnamespace = pg_catalog.pg_my_temp_schema();
        exception when others then -- such as an expression whose collation cannot be told
            insert into pg_temp.refused values (made.nspname, made.relname);
        end;
    end loop;
end $$;

-- one that is not found here has no place: its column's name is its text, and the table is refused
insert into pg_temp.column_facts
select n.nspname, 'stand-in ' || s.oid, coalesce(own.position::text, f.expression), f.inherited,
    f.null_share, f.width, f.n_distinct, f.common_values, f.common_shares, f.bounds, f.correlation,
    f.common_elements, f.element_shares, f.element_counts
from pg_temp.expression_facts f
join pg_catalog.pg_namespace own_schema on own_schema.nspname = f.schema_name
join pg_catalog.pg_statistic_ext s on s.stxnamespace = own_schema.oid and s.stxname = f.name
join pg_temp.stand_ins made on made.statistics = s.oid
join pg_catalog.pg_namespace n on n.oid = pg_catalog.pg_my_temp_schema()
left join lateral (
    select pg_catalog.cardinality(s.stxkeys) + e.position as position
    from pg_catalog.unnest(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid)) with ordinality e (item, position)
    where e.item = f.expression
) own on true;

-- of ranges the source shows everything but what the planner goes by
insert into pg_temp.refused
select s.schema_name, s.table_name
from pg_temp.stand_ins s
join pg_catalog.pg_statistic_ext x on x.oid = s.statistics
join pg_catalog.pg_attribute a on a.attrelid = s.relation and a.attnum > pg_catalog.cardinality(x.stxkeys)
join pg_catalog.pg_type t on t.oid = pg_temp.base_type(a.atttypid) and t.typtype in ('r', 'm');
