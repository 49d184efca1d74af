-- Rows of AI usage per member, over all teams: reads a whole index and nothing else.
-- Serves: a report over everybody
-- Typical: no parameter
-- Writes: no
-- Bound: 5 times the work; the index that stays holds the date as well, so it is wider and scattered: at the audited
--   size 57,689 buffers became 240,039 and the report took half as long again. Where random_page_cost is 4, or the
--   table is small or not vacuumed, it reads the table instead.
select member_id, count(*) from public.metrics_aiusagedaily group by member_id;
