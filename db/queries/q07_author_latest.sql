-- The latest 20 commits of one member.
-- Serves: the page of a member
-- Typical: member 3
-- Writes: no
select * from public.metrics_commit where author_id = 3 order by committed_at desc limit 20;
