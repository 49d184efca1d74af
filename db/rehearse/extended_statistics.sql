-- The statistics of several columns: how many distinct combinations there are, and which columns depend on which.
-- Reads only the catalog; PostgreSQL 14 to 18 (for children too since 15); also on a standby.
select s.statistics_schemaname, s.statistics_name, coalesce((facts ->> 'inherited')::boolean, false) as inherited,
    s.n_distinct::text, s.dependencies::text
from pg_catalog.pg_stats_ext s
cross join lateral pg_catalog.to_jsonb(s) facts
where s.n_distinct is not null or s.dependencies is not null;
