-- Whether a pull request has a survey already.
-- Serves: every merge
-- Typical: pull request 1500
-- Writes: no
select id from public.metrics_prsurvey where pull_request_id = 1500 limit 1;
