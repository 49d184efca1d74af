-- Drops metrics_aiusagedaily_member_id_0274ee1d on metrics_aiusagedaily (member_id): 31.4 MB at the audited size.
-- Why:   a lookup, a join or a foreign-key check by member_id uses the leading key of (member_id, date).
-- Kept:  ai_usage_member_date_idx
-- Costs: a report over all members reads the wider index (57,689 buffers become some 240,000 at the audited size);
--        deleting a member needs the kept index from now on: without it, 2 ms become 600 ms. Never drop both.
-- Lock:  SHARE UPDATE EXCLUSIVE on metrics_aiusagedaily: reads and writes go on. The drop waits for the transactions
--        that already use the table; while it waits it blocks nobody.
-- Undo:  U4 builds the index again, concurrently; no data is lost either way.
select pg_temp.assert_redundant(
    'public.metrics_aiusagedaily_member_id_0274ee1d',
    covered_by => 'public.ai_usage_member_date_idx',
    definition => 'CREATE INDEX metrics_aiusagedaily_member_id_0274ee1d ON public.metrics_aiusagedaily USING btree (member_id)'
);

drop index concurrently if exists public.metrics_aiusagedaily_member_id_0274ee1d;

select pg_temp.assert_keeper('public.ai_usage_member_date_idx');
