-- Drops commit_pr_idx on metrics_commit (pull_request_id): 8.2 MB at the audited size.
-- Why:   the same column, the same everything: whatever one serves, so does the other.
-- Kept:  metrics_commit_pull_request_id_06f35677
-- Lock:  SHARE UPDATE EXCLUSIVE on metrics_commit: reads and writes go on. The drop waits for the transactions
--        that already use the table; while it waits it blocks nobody.
-- Undo:  U2 builds the index again, concurrently; no data is lost either way.
select pg_temp.assert_redundant(
    'public.commit_pr_idx',
    covered_by => 'public.metrics_commit_pull_request_id_06f35677',
    definition => 'CREATE INDEX commit_pr_idx ON public.metrics_commit USING btree (pull_request_id)'
);

drop index concurrently if exists public.commit_pr_idx;

select pg_temp.assert_keeper('public.metrics_commit_pull_request_id_06f35677');
