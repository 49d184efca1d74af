-- Drops github_int_org_slug_idx on integrations_githubintegration (organization_slug): 16 kB at the audited size.
-- Why:   the same column, the same everything: whatever one serves, so does the other.
-- Kept:  integrations_githubintegration_organization_slug_8d9c65c7
-- Lock:  SHARE UPDATE EXCLUSIVE on integrations_githubintegration: reads and writes go on. The drop waits for the transactions
--        that already use the table; while it waits it blocks nobody.
-- Undo:  U6 builds the index again, concurrently; no data is lost either way.
select pg_temp.assert_redundant(
    'public.github_int_org_slug_idx',
    covered_by => 'public.integrations_githubintegration_organization_slug_8d9c65c7',
    definition => 'CREATE INDEX github_int_org_slug_idx ON public.integrations_githubintegration USING btree (organization_slug)'
);

drop index concurrently if exists public.github_int_org_slug_idx;

select pg_temp.assert_keeper('public.integrations_githubintegration_organization_slug_8d9c65c7');
