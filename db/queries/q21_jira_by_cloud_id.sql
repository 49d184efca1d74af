-- The integration of one Jira site.
-- Serves: the sync of Jira
-- Typical: one site
-- Writes: no
select * from public.integrations_jiraintegration where cloud_id = '0a3d7213-4fb3-d6c0-24db-4c510bc1605b';
