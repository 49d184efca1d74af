-- What deleting a pull request does to its commits: their pull request becomes null.
-- Serves: deleting a pull request, as the framework collects it
-- Typical: pull request 1500
-- Writes: yes
update public.metrics_commit set pull_request_id = null where pull_request_id in (1500);
