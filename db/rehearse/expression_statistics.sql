-- The statistics of expressions that CREATE STATISTICS asked for. They hold values of the data.
-- Reads only the catalog; PostgreSQL 14 to 18 (for children too since 15); also on a standby.
select s.statistics_schemaname, s.statistics_name, s.expr, coalesce((facts ->> 'inherited')::boolean, false) as inherited,
    s.null_frac, s.avg_width, s.n_distinct,
    s.most_common_vals::text, s.most_common_freqs::text, s.histogram_bounds::text, s.correlation,
    s.most_common_elems::text, s.most_common_elem_freqs::text, s.elem_count_histogram::text
from pg_catalog.pg_stats_ext_exprs s
cross join lateral pg_catalog.to_jsonb(s) facts
where s.null_frac is not null;
