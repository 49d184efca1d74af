-- The row that the daily sync is about to update.
-- Serves: the sync, once for each row
-- Typical: member 3 of team 3, one day, one source
-- Writes: no
select *
from public.metrics_aiusagedaily
where team_id = 3 and member_id = 3 and date = '2025-09-10' and source = 'copilot';
