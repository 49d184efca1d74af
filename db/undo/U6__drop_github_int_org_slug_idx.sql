-- Brings public.github_int_org_slug_idx back, exactly as it was before V6.
-- Lock:  SHARE UPDATE EXCLUSIVE on public.integrations_githubintegration: reads and writes go on while the index is built. The build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
--        index stays.
select from pg_temp.assert_name_free(
    'public.github_int_org_slug_idx',
    definition => 'CREATE INDEX github_int_org_slug_idx ON public.integrations_githubintegration USING btree (organization_slug)',
    leftover => 'public.github_int_org_slug_idx_leftover'
);

drop index concurrently if exists public.github_int_org_slug_idx_leftover;

create index concurrently if not exists github_int_org_slug_idx on public.integrations_githubintegration using btree (organization_slug);

select from pg_temp.assert_built(
    'public.github_int_org_slug_idx',
    definition => 'CREATE INDEX github_int_org_slug_idx ON public.integrations_githubintegration USING btree (organization_slug)'
);
