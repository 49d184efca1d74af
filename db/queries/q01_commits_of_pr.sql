-- The commits of one pull request, newest first.
-- Serves: the page of a pull request
-- Typical: pull request 1500
-- Writes: no
select id, github_sha, message, committed_at, author_id
from public.metrics_commit
where pull_request_id = 1500
order by committed_at desc;
