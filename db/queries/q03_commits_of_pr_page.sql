-- The commits of the latest 50 pull requests of one team.
-- Serves: the list of pull requests, a page of it
-- Typical: team 3
-- Writes: no
select c.*
from public.metrics_commit c
where c.pull_request_id in (
    select id from public.metrics_pullrequest where team_id = 3 order by pr_created_at desc limit 50
);
