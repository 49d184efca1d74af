-- Is a dropped index back? Asked on every deploy, from the schema history: an index whose drop is applied and not undone
-- must be gone, and so must an equal twin of it other than its keeper (the application's framework may have made one
-- under another name). All of them are listed at once. Nothing is changed here.
--
-- Flyway has given its lock back when this runs, so an undo may be at work beside it, and has built an index whose row in the
-- history it has yet to write. So a problem counts only if nobody holds the lock after it was seen, and if the history, read
-- once more after that, still says so. (The lock's number begins with 466C, the beginning of "Flyway".)
do $$
declare
    applied text[];
    problems text;
    somebody_migrates boolean;
begin
    -- no other schema's operator in front of pg_catalog's, and definitions printed as the scripts have them
    perform pg_catalog.set_config(name, setting, true)
    from (values
        ('search_path', ''), ('timezone', 'UTC'), ('datestyle', 'ISO, MDY'), ('intervalstyle', 'postgres'), ('bytea_output', 'hex'),
        ('quote_all_identifiers', 'off'), ('extra_float_digits', '1'), ('standard_conforming_strings', 'on'),
        ('xmlbinary', 'base64'), ('xmloption', 'content'), ('lc_monetary', 'C'), ('array_nulls', 'on'),
        ('transform_null_equals', 'off')
    ) pinned (name, setting);
    for look in 1..2 loop
        -- the last word of the history on each version; an undo is recorded as DELETE, by Flyway's paid edition as UNDO_SQL
        execute pg_catalog.format('select array(
            select latest.version from (
                select distinct on (h.version) h.version, h.type, h.success from %I.%I h
                where h.version is not null
                order by h.version, h.installed_rank desc
            ) latest where latest.type = ''SQL'' and latest.success
        )', pg_catalog.btrim($name$ ${flyway:defaultSchema} $name$), pg_catalog.btrim($name$ ${flyway:table} $name$)) into applied;
        with dropped (version, index_name, covered_by, definition) as (values
            ('2', 'public.commit_pr_idx', 'public.metrics_commit_pull_request_id_06f35677',
                'CREATE INDEX commit_pr_idx ON public.metrics_commit USING btree (pull_request_id)'),
            ('3', 'public.pr_survey_pr_idx', 'public.metrics_prsurvey_pull_request_id_key',
                'CREATE INDEX pr_survey_pr_idx ON public.metrics_prsurvey USING btree (pull_request_id)'),
            ('4', 'public.metrics_aiusagedaily_member_id_0274ee1d', 'public.ai_usage_member_date_idx',
                'CREATE INDEX metrics_aiusagedaily_member_id_0274ee1d ON public.metrics_aiusagedaily USING btree (member_id)'),
            ('5', 'public.metrics_commit_author_id_67f38a6f', 'public.commit_author_date_idx',
                'CREATE INDEX metrics_commit_author_id_67f38a6f ON public.metrics_commit USING btree (author_id)'),
            ('6', 'public.github_int_org_slug_idx', 'public.integrations_githubintegration_organization_slug_8d9c65c7',
                'CREATE INDEX github_int_org_slug_idx ON public.integrations_githubintegration USING btree (organization_slug)'),
            ('7', 'public.jira_int_cloud_id_idx', 'public.integrations_jiraintegration_cloud_id_06210669',
                'CREATE INDEX jira_int_cloud_id_idx ON public.integrations_jiraintegration USING btree (cloud_id)')
        ),
        gone as (
            select d.* from dropped d where d.version = any (applied)
        ),
        returned as (
            select g.version, i.indexrelid,
                pg_catalog.format('%s exists again, although version %s dropped it: DROP INDEX CONCURRENTLY %1$s', g.index_name, g.version) as problem
            from gone g
            join pg_catalog.pg_index i on i.indexrelid = pg_catalog.to_regclass(g.index_name)
        ),
        twins as (
            select g.version, i.indexrelid,
                pg_catalog.format('%s is what version %s dropped as %s: DROP INDEX CONCURRENTLY %1$s',
                    pg_catalog.format('%I.%I', n.nspname, c.relname), g.version, g.index_name) as problem
            from gone g
            -- of the table that the definition names; an unused index has no keeper
            join pg_catalog.pg_class t on t.relkind in ('r', 'm')
            join pg_catalog.pg_namespace n on n.oid = t.relnamespace
                and pg_catalog.strpos(g.definition, pg_catalog.format(' ON %I.%I USING ', n.nspname, t.relname)) > 0
            join pg_catalog.pg_index i on i.indrelid = t.oid
                and i.indexrelid is distinct from pg_catalog.to_regclass(g.covered_by)
            join pg_catalog.pg_class c on c.oid = i.indexrelid
            where pg_catalog.pg_get_indexdef(i.indexrelid) = pg_catalog.replace(
                g.definition, pg_catalog.format(' INDEX %I ON ', (pg_catalog.parse_ident(g.index_name))[2]), pg_catalog.format(' INDEX %I ON ', c.relname))
                and i.indexrelid not in (select indexrelid from returned)
                -- a copy with a drop of its own, which may be pending
                and not exists (select from dropped d where pg_catalog.to_regclass(d.index_name) = i.indexrelid)
        )
        select pg_catalog.string_agg(problem, E'\n' order by version, problem)
        into problems
        from (select version, problem from returned union all select version, problem from twins) found;
        exit when problems is null;
        select exists (
            select from pg_catalog.pg_locks l
            where l.locktype = 'advisory' and l.granted and l.classid::bigint in (x'466c'::int, x'466b'::int)
                and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
                and l.pid <> pg_catalog.pg_backend_pid()
        ) into somebody_migrates;
        if somebody_migrates then
            raise notice 'Another migrate or undo is running on this database: whether a dropped index exists again is not checked now';
            return;
        end if;
    end loop;
    if problems is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = 'Indexes that were dropped as redundant exist again',
            detail = problems,
            hint = 'Every migration is applied; nothing was changed by this check. Drop them, or undo the version that dropped them; '
                'and remove them from the application''s models, or its framework creates them again.';
    end if;
end
$$;
