-- Commits per active member of one team in one week.
-- Serves: the weekly figures, for a whole team
-- Typical: team 3, the week of 2025-06-02
-- Writes: no
select author_id, count(id)
from public.metrics_commit
where team_id = 3
    and author_id in (select id from public.metrics_teammember where team_id = 3 and is_active)
    and committed_at >= '2025-06-02' and committed_at < '2025-06-09'
group by author_id;
