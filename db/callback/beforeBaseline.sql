-- Is this the audited database? A database that is neither empty nor the audited one must not be baselined: this runs
-- before anything is written, and lists everything that is missing at once. More tables than these are fine.
do $$
declare
    missing text;
begin
    perform pg_catalog.set_config('search_path', '', true); -- nobody's operator in front of pg_catalog's
    with expected (name, kind) as (values
        ('integrations_githubintegration', 'table'),
        ('integrations_integrationcredential', 'table'),
        ('integrations_jiraintegration', 'table'),
        ('metrics_aiusagedaily', 'table'),
        ('metrics_commit', 'table'),
        ('metrics_prfile', 'table'),
        ('metrics_prreview', 'table'),
        ('metrics_prsurvey', 'table'),
        ('metrics_prsurveyreview', 'table'),
        ('metrics_pullrequest', 'table'),
        ('metrics_teammember', 'table'),
        ('metrics_weeklymetrics', 'table'),
        ('teams_team', 'table'),
        ('users_customuser', 'table'),
        ('ai_usage_member_date_idx', 'index'),
        ('commit_author_date_idx', 'index'),
        ('integrations_githubintegration_organization_slug_8d9c65c7', 'index'),
        ('integrations_jiraintegration_cloud_id_06210669', 'index'),
        ('metrics_commit_pull_request_id_06f35677', 'index'),
        ('metrics_prsurvey_pull_request_id_key', 'index')
    )
    select pg_catalog.string_agg(pg_catalog.format('%s public.%I', kind, name), E'\n' order by kind desc, name)
    into missing
    from expected
    where not exists (
        select from pg_catalog.pg_class c
        where c.relnamespace = pg_catalog.to_regnamespace('public') and c.relname = expected.name
            and case expected.kind when 'table' then c.relkind in ('r', 'p') else c.relkind = 'i' end
    );
    if missing is not null then
        raise exception using
            errcode = 'undefined_table',
            message = pg_catalog.format('Database %I is neither empty nor the audited one: what these migrations work on is missing',
                pg_catalog.current_database()),
            detail = missing,
            hint = 'Nothing was written. Check the address; for a database of another application, let dbopt audit find its redundant indexes.';
    end if;
end
$$;
