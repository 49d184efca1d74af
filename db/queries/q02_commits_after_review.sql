-- How many commits of one pull request came after its first review.
-- Serves: the sync, for its figures of iterations
-- Typical: pull request 1500
-- Writes: no
select count(*)
from public.metrics_commit
where pull_request_id = 1500
    and committed_at > (select min(submitted_at) from public.metrics_prreview where pull_request_id = 1500);
