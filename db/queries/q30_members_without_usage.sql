-- The members who never used an AI tool.
-- Serves: a report over everybody
-- Typical: no parameter
-- Writes: no
-- Called: seldom
-- Bound: 2 times the work; where the planner reads the whole index for it, the index that stays is the wider one.
select m.id
from public.metrics_teammember m
where not exists (select from public.metrics_aiusagedaily u where u.member_id = m.id);
