-- Drops metrics_commit_author_id_67f38a6f on metrics_commit (author_id): 6.0 MB at the audited size.
-- Why:   a lookup, a join or a foreign-key check by author_id uses the leading key of (author_id, committed_at).
-- Kept:  commit_author_date_idx
-- Costs: a report over all authors reads the wider index (29,512 buffers become some 40,700 at the audited size);
--        deleting a member needs the kept index from now on. Never drop both.
-- Lock:  SHARE UPDATE EXCLUSIVE on metrics_commit: reads and writes go on. The drop waits for the transactions
--        that already use the table; while it waits it blocks nobody.
-- Undo:  U5 builds the index again, concurrently; no data is lost either way.
select pg_temp.assert_redundant(
    'public.metrics_commit_author_id_67f38a6f',
    covered_by => 'public.commit_author_date_idx',
    definition => 'CREATE INDEX metrics_commit_author_id_67f38a6f ON public.metrics_commit USING btree (author_id)'
);

drop index concurrently if exists public.metrics_commit_author_id_67f38a6f;

select pg_temp.assert_keeper('public.commit_author_date_idx');
