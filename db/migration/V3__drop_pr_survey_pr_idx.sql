-- Drops pr_survey_pr_idx on metrics_prsurvey (pull_request_id): 4.2 MB at the audited size.
-- Why:   the UNIQUE constraint's own index has the same key, and has to stay.
-- Kept:  metrics_prsurvey_pull_request_id_key
-- Lock:  SHARE UPDATE EXCLUSIVE on metrics_prsurvey: reads and writes go on. The drop waits for the transactions
--        that already use the table; while it waits it blocks nobody.
-- Undo:  U3 builds the index again, concurrently; no data is lost either way.
select pg_temp.assert_redundant(
    'public.pr_survey_pr_idx',
    covered_by => 'public.metrics_prsurvey_pull_request_id_key',
    definition => 'CREATE INDEX pr_survey_pr_idx ON public.metrics_prsurvey USING btree (pull_request_id)'
);

drop index concurrently if exists public.pr_survey_pr_idx;

select pg_temp.assert_keeper('public.metrics_prsurvey_pull_request_id_key');
