-- The AI usage of one team in 30 days, by member.
-- Serves: the dashboard of a team
-- Typical: team 3, September 2025, one source
-- Writes: no
select m.display_name, m.github_id, sum(u.suggestions_shown) as shown, sum(u.suggestions_accepted) as accepted
from public.metrics_aiusagedaily u
join public.metrics_teammember m on m.id = u.member_id
where u.team_id = 3 and u.source = 'copilot' and u.date >= '2025-09-01' and u.date <= '2025-09-30'
group by m.display_name, m.github_id
order by shown desc;
