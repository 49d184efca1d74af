-- What deleting a member deletes first: the member's AI usage.
-- Serves: deleting a member, as the framework collects it
-- Typical: one member
-- Writes: yes
delete from public.metrics_aiusagedaily where member_id in (17);
