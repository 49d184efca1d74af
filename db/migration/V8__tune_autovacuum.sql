-- Autovacuum thresholds that fit the size of the seven tables with more than 100,000 rows at the audit.
-- Why:    by default autovacuum waits for dead rows in 20 % of a table and analyze for changes in 10 %: in
--         metrics_aiusagedaily (2.76 million rows) that is 552,000 dead rows, so it never came.
-- Chosen: the share that lets some 13,000 to 55,000 dead rows gather before a vacuum (the larger the table, the smaller
--         the share), and half of that many changes before an analyze; the base of 50 rows stays the server's. Inserts
--         alone bring a vacuum after the same share, so that index-only scans find the visibility map set.
-- Lock:   SHARE UPDATE EXCLUSIVE on each table for a catalog change: reads and writes go on; a running vacuum is waited
--         for, 2 s at most, then everything here is rolled back.
-- Undo:   U8 takes exactly these settings away. So that nothing else is lost then, tables that already carry autovacuum
--         settings of their own stop this migration.
do $$
declare
    configured text;
begin
    select string_agg(format('public.%I: %s', c.relname, array_to_string(c.reloptions, ', ')), E'\n' order by c.relname)
    into configured
    from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace
        and c.relname in ('metrics_aiusagedaily', 'metrics_prfile', 'metrics_commit', 'metrics_weeklymetrics', 'metrics_prreview',
            'metrics_pullrequest', 'metrics_prsurvey')
        and exists (select from unnest(c.reloptions) setting where setting like 'autovacuum%');
    if configured is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = 'Tables carry autovacuum settings of their own already, which this migration would overwrite',
            detail = configured,
            hint = 'Nothing was changed. Take them away (ALTER TABLE ... RESET (...)) if these here serve as well, and migrate again.';
    end if;
end
$$;

-- over a million rows: 2 %
alter table public.metrics_aiusagedaily set (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.02);
alter table public.metrics_prfile set (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.02);

-- 500,000 to a million rows: 5 %
alter table public.metrics_commit set (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.025, autovacuum_vacuum_insert_scale_factor = 0.05);

-- 100,000 to 500,000 rows: 10 % (27,000 dead rows at most; smaller tables do well with the default)
alter table public.metrics_weeklymetrics set (
    autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);
alter table public.metrics_prreview set (
    autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);
alter table public.metrics_pullrequest set (
    autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);
alter table public.metrics_prsurvey set (
    autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);
