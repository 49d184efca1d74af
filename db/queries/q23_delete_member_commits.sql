-- What deleting a member does to the member's commits: their author becomes null.
-- Serves: deleting a member, as the framework collects it
-- Typical: one member
-- Writes: yes
update public.metrics_commit set author_id = null where author_id in (17);
