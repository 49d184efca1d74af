-- Takes back the autovacuum settings of V8: the server's defaults hold again.
-- Lock:  SHARE UPDATE EXCLUSIVE on each table for a catalog change: reads and writes go on.
-- Loses: changes made by hand to these three settings on these tables since V8.
alter table public.metrics_prsurvey
    reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
alter table public.metrics_pullrequest
    reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
alter table public.metrics_prreview
    reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
alter table public.metrics_weeklymetrics
    reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
alter table public.metrics_commit
    reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
alter table public.metrics_prfile
    reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
alter table public.metrics_aiusagedaily
    reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
