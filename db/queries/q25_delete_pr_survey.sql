-- What deleting a pull request deletes first: its survey.
-- Serves: deleting a pull request, as the framework collects it
-- Typical: pull request 1500
-- Writes: yes
delete from public.metrics_prsurvey where pull_request_id in (1500);
