-- Can this role do all of it? Asked before the first migration, so that no right is found missing halfway; lists every
-- missing one at once, each with the statement that gives it.
do $$
declare
    missing text;
begin
    perform pg_catalog.set_config('search_path', '', true); -- nobody's operator in front of pg_catalog's
    select pg_catalog.string_agg(problem, E'\n' order by position, problem)
    into missing
    from (
        select 1 as position, pg_catalog.format('TEMPORARY on the database: GRANT TEMPORARY ON DATABASE %I TO %I',
            pg_catalog.current_database(), current_user) as problem
        where not pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')
        union all
        select 2, pg_catalog.format('CREATE on the database, for the schema dbopt: GRANT CREATE ON DATABASE %I TO %I',
            pg_catalog.current_database(), current_user)
        where pg_catalog.to_regnamespace('dbopt') is null
            and not pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
        union all
        select 3, pg_catalog.format('USAGE and CREATE on schema %I: GRANT USAGE, CREATE ON SCHEMA %1$I TO %I', n.nspname, current_user)
        from pg_catalog.pg_namespace n
        where n.nspname in ('public', 'dbopt')
            and not (pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_schema_privilege(n.oid, 'CREATE'))
        union all
        select 4, pg_catalog.format('ownership of table %s: ALTER TABLE %1$s OWNER TO %I, or run as a member of %I',
            pg_catalog.format('%I.%I', 'public', c.relname), current_user, pg_catalog.pg_get_userbyid(c.relowner))
        from pg_catalog.pg_class c
        where c.relnamespace = pg_catalog.to_regnamespace('public')
            and c.relname in ('metrics_commit', 'metrics_prsurvey', 'metrics_aiusagedaily', 'integrations_githubintegration',
                'integrations_jiraintegration', 'metrics_prfile', 'metrics_weeklymetrics', 'metrics_prreview', 'metrics_pullrequest')
            and c.relkind in ('r', 'p')
            and not pg_catalog.pg_has_role(c.relowner, 'USAGE')
    ) lacking;
    if missing is not null then
        raise exception using
            errcode = 'insufficient_privilege',
            message = pg_catalog.format('Role %I lacks rights that the migrations need', current_user),
            detail = missing,
            hint = 'No migration was run. Have an administrator grant them, or connect as the role that owns the tables, and migrate again.';
    end if;
end
$$;
