-- Files by category in the pull requests that one team merged in a quarter.
-- Serves: the dashboard of a team
-- Typical: team 3, the third quarter of 2025
-- Writes: no
select f.file_category, count(f.id) as files, sum(f.additions), sum(f.deletions)
from public.metrics_prfile f
join public.metrics_pullrequest p on p.id = f.pull_request_id
where f.team_id = 3 and p.merged_at >= '2025-07-01' and p.merged_at < '2025-10-01'
group by f.file_category
order by files desc;
