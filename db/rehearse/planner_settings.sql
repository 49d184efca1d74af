-- The names of the settings by which the planner decides, and by which texts are read.
-- Reads only the session's settings; PostgreSQL 14 to 18; also on a standby.
select s.name
from pg_catalog.pg_settings s
where s.category like 'Query Tuning%'
    or s.name in ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers_per_gather', 'parallel_leader_participation',
        'datestyle', 'intervalstyle', 'timezone', 'standard_conforming_strings', 'transform_null_equals', 'array_nulls',
        'default_text_search_config', 'extra_float_digits');
