-- The weekly figures of one team for a quarter.
-- Serves: the dashboard of a team
-- Typical: team 3, the third quarter of 2025
-- Writes: no
select week_start, sum(prs_merged), sum(commits_count), avg(avg_cycle_time_hours)
from public.metrics_weeklymetrics
where team_id = 3 and week_start >= '2025-07-01' and week_start < '2025-10-01'
group by week_start
order by week_start;
