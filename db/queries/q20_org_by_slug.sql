-- The integration of one GitHub organisation.
-- Serves: every webhook of GitHub
-- Typical: one organisation
-- Writes: no
select * from public.integrations_githubintegration where organization_slug = 'org-3';
