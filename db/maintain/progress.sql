-- How far the running VACUUM, ANALYZE and REINDEX statements of this database are, in pages of the table.
select pid, pg_catalog.format('%s', phase) as phase, heap_blks_scanned as pages_done, heap_blks_total as pages
from pg_catalog.pg_stat_progress_vacuum
where datname = pg_catalog.current_database()
union all
select pid, phase, sample_blks_scanned, sample_blks_total
from pg_catalog.pg_stat_progress_analyze
where datname = pg_catalog.current_database()
union all
select pid, phase, blocks_done, blocks_total
from pg_catalog.pg_stat_progress_create_index
where datname = pg_catalog.current_database()
order by pid;
