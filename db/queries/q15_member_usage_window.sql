-- One member's AI usage in 30 days.
-- Serves: the page of a member
-- Typical: member 3, September 2025
-- Writes: no
select date, source, suggestions_shown, suggestions_accepted
from public.metrics_aiusagedaily
where member_id = 3 and date >= '2025-09-01' and date <= '2025-09-30'
order by date;
