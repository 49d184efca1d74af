-- Fresh statistics for every table that this role may analyse, after a deploy that changed something. (A deploy that
-- changed nothing costs nothing: between deploys autovacuum keeps the statistics, with the thresholds of V8. What a
-- broken-off deploy left without them, dbopt maintain finds.)
-- Each table is analysed in a transaction of its own, so no lock outlives its table. Lock: SHARE UPDATE EXCLUSIVE on one
-- table at a time: reads and writes go on. A table that cannot be analysed, or that somebody else holds for 2 s, is skipped, and named; so are
-- the tables not reached within the time limit. Neither fails the deploy.
do $$
declare
    maintain boolean := pg_catalog.current_setting('server_version_num')::int >= 170000;
    deadline timestamptz := pg_catalog.clock_timestamp() + interval '${analyzeTimeout}';
    target record;
    passed_over text[] := '{}';
    not_reached text[] := '{}';
begin
    -- until the first commit, so for the query: nobody's operator in front of pg_catalog's
    perform pg_catalog.set_config('search_path', '', true);
    perform pg_catalog.set_config('lock_timeout', '2s', false), pg_catalog.set_config('statement_timeout', '0', false);
    perform pg_catalog.set_config(name, '0', false) from pg_catalog.pg_settings where name = 'transaction_timeout'; -- 17 and later
    for target in
        select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm', 'p') and c.relpersistence <> 't'
            and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            -- ANALYZE of a partitioned table takes its partitions along
            and (not c.relispartition or not pg_catalog.pg_has_role(
                (select root.relowner from pg_catalog.pg_class root where root.oid = pg_catalog.pg_partition_root(c.oid)), 'USAGE'))
            and (pg_catalog.pg_has_role(c.relowner, 'USAGE')
                or pg_catalog.pg_has_role(
                    (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()), 'USAGE')
                or maintain and pg_catalog.has_table_privilege(c.oid, case when maintain then 'MAINTAIN' else 'SELECT' end))
        order by n.nspname, c.relname
    loop
        if pg_catalog.clock_timestamp() > deadline then
            not_reached := pg_catalog.array_append(not_reached, target.name);
            continue;
        end if;
        begin
            execute 'analyze ' || target.name;
        exception
            when others then -- but not a cancel: that ends it all
                passed_over := pg_catalog.array_append(passed_over, pg_catalog.format('%s (%s)', target.name, sqlerrm));
        end;
        commit;
    end loop;
    perform pg_catalog.set_config('lock_timeout', '0', false);
    if pg_catalog.cardinality(passed_over) > 0 then
        raise warning 'not analysed: %', pg_catalog.array_to_string(passed_over, ', ');
    end if;
    if pg_catalog.cardinality(not_reached) > 0 then
        raise warning 'not analysed within ${analyzeTimeout}: %', pg_catalog.array_to_string(not_reached, ', ');
    end if;
end
$$;
