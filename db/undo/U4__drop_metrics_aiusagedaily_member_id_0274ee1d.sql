-- Brings public.metrics_aiusagedaily_member_id_0274ee1d back, exactly as it was before V4.
-- Lock:  SHARE UPDATE EXCLUSIVE on public.metrics_aiusagedaily: reads and writes go on while the index is built. The build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
--        index stays.
select from pg_temp.assert_name_free(
    'public.metrics_aiusagedaily_member_id_0274ee1d',
    definition => 'CREATE INDEX metrics_aiusagedaily_member_id_0274ee1d ON public.metrics_aiusagedaily USING btree (member_id)',
    leftover => 'public.metrics_aiusagedaily_member_id_0274ee1d_leftover'
);

drop index concurrently if exists public.metrics_aiusagedaily_member_id_0274ee1d_leftover;

create index concurrently if not exists metrics_aiusagedaily_member_id_0274ee1d on public.metrics_aiusagedaily using btree (member_id);

select from pg_temp.assert_built(
    'public.metrics_aiusagedaily_member_id_0274ee1d',
    definition => 'CREATE INDEX metrics_aiusagedaily_member_id_0274ee1d ON public.metrics_aiusagedaily USING btree (member_id)'
);
