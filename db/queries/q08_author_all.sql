-- All of one member's commits, of any date: what the index on author_id alone served.
-- Serves: the page of a member
-- Typical: member 3
-- Writes: no
select sum(additions), sum(deletions), count(*) from public.metrics_commit where author_id = 3;
