-- One member's AI usage of any date: what the index on member_id alone served.
-- Serves: the page of a member
-- Typical: member 3
-- Writes: no
select sum(suggestions_shown), count(*) from public.metrics_aiusagedaily where member_id = 3;
