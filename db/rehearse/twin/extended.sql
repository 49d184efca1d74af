-- In the twin, as its superuser: what is left of the statistics of several columns, the most common combinations of values and
-- the statistics of expressions. No function reads such a list, so ANALYZE makes it, of a table in which each combination is
-- once; then the two shares of each, the true one and that of independent columns, are put in place of those that it found.
-- The layout (src/backend/statistics/mcv.c, since 13): a head, the values, and at the end for each combination a byte for each
-- column (whether it is null), the two shares as double precision, and two bytes for each column. What comes of it is read by
-- the server again and compared.
create function pg_temp.stored(share float8, little_endian boolean) returns bytea language sql immutable as $$
    select case when little_endian then (
            select pg_catalog.string_agg(pg_catalog.substr(bytes, byte, 1), ''::bytea order by byte desc)
            from pg_catalog.generate_series(1, 8) byte
        ) else bytes end
    from pg_catalog.float8send(share) bytes;
$$;

create temporary table combinations (columns text[], share float8, share_if_independent float8);

do $$
declare
    facts record;
    list bytea;
    items int;
    own bytea;
begin
    for facts in
        select s.*, x.stxkeys, f.inherited, f.common_values, f.common_shares, f.shares_if_independent,
            case when pg_catalog.current_setting('server_version_num')::int >= 150000
                then pg_catalog.format(' and stxdinherit = %L', f.inherited) else '' end as which
        from pg_temp.extended_facts f
        join pg_catalog.pg_namespace n on n.nspname = f.schema_name
        join pg_catalog.pg_statistic_ext x on x.stxnamespace = n.oid and x.stxname = f.name
        join pg_temp.stand_ins s on s.statistics = x.oid
    loop
        execute 'update pg_catalog.pg_statistic_ext_data set stxdexpr = $1 where stxoid = $2' || facts.which
        using (
            select pg_catalog.array_agg(k order by a.attnum)
            from pg_catalog.pg_attribute a
            left join pg_catalog.pg_statistic k
                on k.starelid = a.attrelid and k.staattnum = a.attnum and k.stainherit = facts.inherited
            where a.attrelid = facts.relation and a.attnum > pg_catalog.cardinality(facts.stxkeys)
            having pg_catalog.bool_or(k.starelid is not null)
        ), facts.statistics;
        continue when facts.common_values is null;
        begin
            if exists (
                select
                from pg_catalog.pg_attribute a
                where a.attrelid = facts.relation and a.attnum > 0 and not pg_temp.readable(pg_temp.base_type(a.atttypid))
            ) then
                raise exception 'values that the code of the application reads';
            end if;
            truncate pg_temp.combinations;
            insert into pg_temp.combinations
            select c.columns, facts.common_shares[c.item], facts.shares_if_independent[c.item]
            from (
                select 1 + (v.position - 1) / facts.columns as item, pg_catalog.array_agg(v.value order by v.position) as columns
                from pg_catalog.unnest(facts.common_values) with ordinality v (value, position)
                group by 1
            ) c;
            get diagnostics items = row_count;

            -- values that another collation tells apart, "C" tells apart too
            execute (
                select pg_catalog.format('create temporary table common_values (%s)', pg_catalog.string_agg(
                    pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(pg_temp.base_type(a.atttypid), -1))
                        || case when a.attcollation <> 0 then ' collate pg_catalog."C"' else '' end, ', ' order by a.attnum))
                from pg_catalog.pg_attribute a
                where a.attrelid = facts.relation and a.attnum > 0
            );
            execute (
                select 'insert into pg_temp.common_values values ' || pg_catalog.string_agg('(' || (
                    select pg_catalog.string_agg(pg_catalog.quote_nullable(v.value), ', ' order by v.position)
                    from pg_catalog.unnest(c.columns) with ordinality v (value, position)
                ) || ')', ', ')
                from pg_temp.combinations c
            );
            execute (
                select pg_catalog.format('create statistics pg_temp.common_values_list (mcv) on %s from pg_temp.common_values',
                    pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum))
                from pg_catalog.pg_attribute a
                where a.attrelid = facts.relation and a.attnum > 0
            );
            alter statistics pg_temp.common_values_list set statistics 10000;
            analyze pg_temp.common_values;
            select d.stxdmcv::bytea into strict list
            from pg_catalog.pg_statistic_ext_data d
            join pg_catalog.pg_statistic_ext x on x.oid = d.stxoid
            where x.stxrelid = 'pg_temp.common_values'::pg_catalog.regclass;

            select pg_catalog.substr(list, 1, start) || pg_catalog.string_agg(
                    pg_catalog.substr(list, start + i.index * size + 1, facts.columns)
                        || pg_temp.stored(c.share, pg_catalog.get_byte(list, 0) = 194)
                        || pg_temp.stored(c.share_if_independent, pg_catalog.get_byte(list, 0) = 194)
                        || pg_catalog.substr(list, start + i.index * size + facts.columns + 17, 2 * facts.columns),
                    ''::bytea order by i.index)
            into strict own
            from (select 3 * facts.columns + 16 as size) an_item
            cross join lateral (select pg_catalog.length(list) - items * size as start) head
            cross join pg_catalog.pg_mcv_list_items(list::pg_catalog.pg_mcv_list) i
            join pg_temp.combinations c on c.columns = i.values
            group by start;

            if items is distinct from (
                select pg_catalog.count(*)
                from pg_catalog.pg_mcv_list_items(own::pg_catalog.pg_mcv_list) i
                join pg_temp.combinations c
                    on c.columns = i.values and c.share = i.frequency and c.share_if_independent = i.base_frequency
            ) then
                raise exception 'another list came of it';
            end if;
            execute 'update pg_catalog.pg_statistic_ext_data set stxdmcv = $1::pg_catalog.pg_mcv_list where stxoid = $2' || facts.which
            using own, facts.statistics;
            drop table pg_temp.common_values;
        exception when others then
            insert into pg_temp.refused values (facts.schema_name, facts.table_name);
        end;
    end loop;
    -- the server's words are of the stand-ins
    update pg_temp.refused r
    set schema_name = s.schema_name, table_name = s.table_name
    from pg_temp.stand_ins s
    join pg_catalog.pg_class c on c.oid = s.relation
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where r.schema_name = n.nspname and r.table_name = c.relname;
end $$;
