-- Commits per merged pull request of one team in a quarter.
-- Serves: the dashboard of a team
-- Typical: team 3, the third quarter of 2025
-- Writes: no
select p.id, count(c.id) as commits, sum(c.additions) as added
from public.metrics_pullrequest p
left join public.metrics_commit c on c.pull_request_id = p.id
where p.team_id = 3 and p.state = 'merged' and p.merged_at >= '2025-07-01' and p.merged_at < '2025-10-01'
group by p.id;
