-- Brings public.pr_survey_pr_idx back, exactly as it was before V3.
-- Lock:  SHARE UPDATE EXCLUSIVE on public.metrics_prsurvey: reads and writes go on while the index is built. The build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
--        index stays.
select from pg_temp.assert_name_free(
    'public.pr_survey_pr_idx',
    definition => 'CREATE INDEX pr_survey_pr_idx ON public.metrics_prsurvey USING btree (pull_request_id)',
    leftover => 'public.pr_survey_pr_idx_leftover'
);

drop index concurrently if exists public.pr_survey_pr_idx_leftover;

create index concurrently if not exists pr_survey_pr_idx on public.metrics_prsurvey using btree (pull_request_id);

select from pg_temp.assert_built(
    'public.pr_survey_pr_idx',
    definition => 'CREATE INDEX pr_survey_pr_idx ON public.metrics_prsurvey USING btree (pull_request_id)'
);
