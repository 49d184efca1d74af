-- Brings public.commit_pr_idx back, exactly as it was before V2.
-- Lock:  SHARE UPDATE EXCLUSIVE on public.metrics_commit: reads and writes go on while the index is built. The build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
--        index stays.
select from pg_temp.assert_name_free(
    'public.commit_pr_idx',
    definition => 'CREATE INDEX commit_pr_idx ON public.metrics_commit USING btree (pull_request_id)',
    leftover => 'public.commit_pr_idx_leftover'
);

drop index concurrently if exists public.commit_pr_idx_leftover;

create index concurrently if not exists commit_pr_idx on public.metrics_commit using btree (pull_request_id);

select from pg_temp.assert_built(
    'public.commit_pr_idx',
    definition => 'CREATE INDEX commit_pr_idx ON public.metrics_commit USING btree (pull_request_id)'
);
