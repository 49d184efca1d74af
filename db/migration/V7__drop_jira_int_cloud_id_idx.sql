-- Drops jira_int_cloud_id_idx on integrations_jiraintegration (cloud_id): 16 kB at the audited size.
-- Why:   the same column, the same everything: whatever one serves, so does the other.
-- Kept:  integrations_jiraintegration_cloud_id_06210669
-- Lock:  SHARE UPDATE EXCLUSIVE on integrations_jiraintegration: reads and writes go on. The drop waits for the transactions
--        that already use the table; while it waits it blocks nobody.
-- Undo:  U7 builds the index again, concurrently; no data is lost either way.
select pg_temp.assert_redundant(
    'public.jira_int_cloud_id_idx',
    covered_by => 'public.integrations_jiraintegration_cloud_id_06210669',
    definition => 'CREATE INDEX jira_int_cloud_id_idx ON public.integrations_jiraintegration USING btree (cloud_id)'
);

drop index concurrently if exists public.jira_int_cloud_id_idx;

select pg_temp.assert_keeper('public.integrations_jiraintegration_cloud_id_06210669');
