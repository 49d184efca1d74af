-- How reviewers rated the pull requests of one author.
-- Serves: the page of a member
-- Typical: member 3 of team 3, from 2025 on
-- Writes: no
select avg(r.quality_rating), count(*)
from public.metrics_prsurveyreview r
join public.metrics_prsurvey s on s.id = r.survey_id
join public.metrics_pullrequest p on p.id = s.pull_request_id
where r.team_id = 3 and s.author_id = 3 and p.merged_at >= '2025-01-01';
