-- Can this role do all of it? Asked before the first migration, so that no right is found missing halfway; lists every
-- missing one at once, each with what gives it. The tables' owner stays: the application needs it.
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
        select 4, pg_catalog.format('the %1$s that %2$I owns (%3$s): connect as %2$I%4$s',
            case pg_catalog.count(*) when 1 then 'table' else pg_catalog.count(*) || ' tables' end,
            owner.rolname,
            pg_catalog.string_agg(pg_catalog.format('%I.%I', 'public', c.relname), ', ' order by c.relname),
            case
                -- a member of a superuser is one
                when owner.rolsuper then ''
                when not pg_catalog.pg_has_role(owner.oid, 'MEMBER') then pg_catalog.format(', or GRANT %I TO %I', owner.rolname, current_user)
                when pg_catalog.current_setting('server_version_num')::int >= 160000
                    then pg_catalog.format(', or GRANT %I TO %I WITH INHERIT TRUE', owner.rolname, current_user)
                else pg_catalog.format(', or ALTER ROLE %I INHERIT', current_user)
            end)
        from pg_catalog.pg_class c
        join pg_catalog.pg_roles owner on owner.oid = c.relowner
        where c.relnamespace = pg_catalog.to_regnamespace('public')
            and c.relname in ('metrics_commit', 'metrics_prsurvey', 'metrics_aiusagedaily', 'integrations_githubintegration',
                'integrations_jiraintegration', 'metrics_prfile', 'metrics_weeklymetrics', 'metrics_prreview', 'metrics_pullrequest')
            and c.relkind in ('r', 'p')
            and not pg_catalog.pg_has_role(c.relowner, 'USAGE')
        group by owner.oid, owner.rolname, owner.rolsuper
    ) lacking;
    if missing is not null then
        raise exception using
            errcode = 'insufficient_privilege',
            message = pg_catalog.format('Role %I lacks rights that the migrations need', current_user),
            detail = missing,
            hint = 'Nothing was run. Connect as the role that owns the tables, or have an administrator grant what is missing, and run it again.';
    end if;
end
$$;
