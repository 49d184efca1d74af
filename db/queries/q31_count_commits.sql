-- How many commits there are, exactly: the smallest index is read.
-- Serves: the lists of the administration pages
-- Typical: no parameter
-- Writes: no
-- Called: seldom
-- Bound: 2 times the work; the smallest index may be one of those that go: at the audited size, vacuumed,
--   690 buffers stayed 690, and with the narrow index built again by an undo 585 became as many.
select count(*) from public.metrics_commit;
