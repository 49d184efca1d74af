-- Rows of AI usage per member, over all teams: reads a whole index and nothing else.
-- Serves: a report over everybody
-- Typical: no parameter
-- Writes: no
-- Bound: 20 times the work; the index that stays holds the date as well, so it is wider and scattered: at the audited
--   size 4 times the buffers of the grown narrow index, 18 times those of one built anew (10,717 became 194,563). Where
--   random_page_cost is 4, or the table is not vacuumed, it may read the table instead.
select member_id, count(*) from public.metrics_aiusagedaily group by member_id;
