-- The AI usage of one team in 30 days.
-- Serves: the dashboard of a team
-- Typical: team 3, September 2025, one source
-- Writes: no
select sum(suggestions_shown), sum(suggestions_accepted), count(distinct member_id)
from public.metrics_aiusagedaily
where team_id = 3 and source = 'copilot' and date >= '2025-09-01' and date <= '2025-09-30';
