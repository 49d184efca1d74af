-- Rows of AI usage per member, over all teams: reads a whole index and nothing else.
-- Serves: a report over everybody
-- Typical: no parameter
-- Writes: no
-- Called: seldom
-- Bound: 20 times the work; the index that stays holds the date as well, so it is wider and scattered. At the audited size,
--   vacuumed: 12,002 buffers became 194,331 (16 times); with the narrow index built again by an undo, 11,325 became as many
--   (17 times). Where part of the table waits for a vacuum, both read its pages too, and the ratio is smaller (4 times was
--   seen); where random_page_cost is 4, or none of the table is vacuumed, it may read the whole table instead.
select member_id, count(*) from public.metrics_aiusagedaily group by member_id;
