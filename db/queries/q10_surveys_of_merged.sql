-- How many of the pull requests that one team merged in a month were made with AI.
-- Serves: the dashboard of a team
-- Typical: team 3, September 2025
-- Writes: no
select count(*), count(*) filter (where author_ai_assisted)
from public.metrics_prsurvey
where pull_request_id in (
    select id
    from public.metrics_pullrequest
    where team_id = 3 and state = 'merged' and merged_at >= '2025-09-01' and merged_at < '2025-10-01'
);
