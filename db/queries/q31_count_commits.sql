-- How many commits there are, exactly: the smallest index is read.
-- Serves: the lists of the administration pages
-- Typical: no parameter
-- Writes: no
-- Bound: 2 times the work; the smallest index may be one of those that go: at the audited size 585 buffers became 759.
select count(*) from public.metrics_commit;
