-- One member's commits in one week.
-- Serves: the weekly figures
-- Typical: member 3 of team 3, the week of 2025-06-02
-- Writes: no
select count(*)
from public.metrics_commit
where team_id = 3 and author_id = 3 and committed_at >= '2025-06-02' and committed_at < '2025-06-09';
