-- The statistics of several columns: how many distinct combinations there are, which columns depend on which, and the most
-- common combinations. These are values of the data.
-- Reads only the catalog; PostgreSQL 14 to 18 (for children too since 15); also on a standby.
select s.statistics_schemaname, s.statistics_name, coalesce((facts ->> 'inherited')::boolean, false) as inherited,
    s.n_distinct::text, s.dependencies::text, s.most_common_vals, s.most_common_freqs, s.most_common_base_freqs
from pg_catalog.pg_stats_ext s
cross join lateral (select pg_catalog.to_jsonb(s) - 'most_common_vals' as facts) all_columns
where s.n_distinct is not null or s.dependencies is not null or s.most_common_vals is not null
    or exists (
        select
        from pg_catalog.pg_stats_ext_exprs e
        where e.statistics_schemaname = s.statistics_schemaname and e.statistics_name = s.statistics_name and e.null_frac is not null
    );
