-- Brings public.jira_int_cloud_id_idx back, exactly as it was before V7.
-- Lock:  SHARE UPDATE EXCLUSIVE on public.integrations_jiraintegration: reads and writes go on while the index is built. The build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
--        index stays.
select from pg_temp.assert_name_free(
    'public.jira_int_cloud_id_idx',
    definition => 'CREATE INDEX jira_int_cloud_id_idx ON public.integrations_jiraintegration USING btree (cloud_id)',
    leftover => 'public.jira_int_cloud_id_idx_leftover'
);

drop index concurrently if exists public.jira_int_cloud_id_idx_leftover;

create index concurrently if not exists jira_int_cloud_id_idx on public.integrations_jiraintegration using btree (cloud_id);

select from pg_temp.assert_built(
    'public.jira_int_cloud_id_idx',
    definition => 'CREATE INDEX jira_int_cloud_id_idx ON public.integrations_jiraintegration USING btree (cloud_id)'
);
