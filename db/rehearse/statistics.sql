-- The statistics of the columns, and of the expressions of indexes, as far as this role may read them. They hold values of
-- the data.
-- Reads only the catalog; PostgreSQL 14 to 18 (those of ranges can be read since 17); also on a standby.
select s.schemaname, s.tablename, s.attname, s.inherited, s.null_frac, s.avg_width, s.n_distinct,
    s.most_common_vals::text, s.most_common_freqs::text, s.histogram_bounds::text, s.correlation,
    s.most_common_elems::text, s.most_common_elem_freqs::text, s.elem_count_histogram::text,
    -- since 17
    s.range_length_histogram::text, s.range_empty_frac, s.range_bounds_histogram::text
from pg_catalog.pg_stats s
where s.schemaname !~ '^pg_' and s.schemaname <> 'information_schema';
