-- By which channel the surveys of one team were answered in a quarter.
-- Serves: the dashboard of a team
-- Typical: team 3, the third quarter of 2025
-- Writes: no
select
    count(s.id) filter (where s.author_response_source = 'github') as github,
    count(s.id) filter (where s.author_response_source = 'slack') as slack,
    count(s.id) filter (where s.author_response_source = 'auto') as auto,
    count(s.id) as total
from public.metrics_prsurvey s
join public.metrics_pullrequest p on p.id = s.pull_request_id
where s.team_id = 3 and p.merged_at >= '2025-07-01' and p.merged_at < '2025-10-01'
    and s.author_responded_at is not null;
