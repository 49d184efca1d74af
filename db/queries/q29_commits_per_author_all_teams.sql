-- Commits per author, over all teams: reads a whole index and nothing else.
-- Serves: a report over everybody
-- Typical: no parameter
-- Writes: no
-- Bound: 5 times the work; the index that stays holds the time as well, so it is wider: 4.5 times the pages where the
--   table is small and all vacuumed; at the audited size 29,512 buffers became 40,673 and the report took a quarter
--   longer.
select author_id, count(*) from public.metrics_commit group by author_id;
