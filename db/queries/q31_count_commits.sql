-- How many commits there are, exactly: the smallest index is read.
-- Serves: the lists of the administration pages
-- Typical: no parameter
-- Writes: no
select count(*) from public.metrics_commit;
