-- Brings public.metrics_commit_author_id_67f38a6f back, exactly as it was before V5.
-- Lock:  SHARE UPDATE EXCLUSIVE on public.metrics_commit: reads and writes go on while the index is built. The build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
--        index stays.
select from pg_temp.assert_name_free(
    'public.metrics_commit_author_id_67f38a6f',
    definition => 'CREATE INDEX metrics_commit_author_id_67f38a6f ON public.metrics_commit USING btree (author_id)',
    leftover => 'public.metrics_commit_author_id_67f38a6f_leftover'
);

drop index concurrently if exists public.metrics_commit_author_id_67f38a6f_leftover;

create index concurrently if not exists metrics_commit_author_id_67f38a6f on public.metrics_commit using btree (author_id);

select from pg_temp.assert_built(
    'public.metrics_commit_author_id_67f38a6f',
    definition => 'CREATE INDEX metrics_commit_author_id_67f38a6f ON public.metrics_commit USING btree (author_id)'
);
