-- How many times pg_stat_statements (in the schema {schema}) discarded statements because it was full, and since when
-- it counts. What it lost in between is unknown.
select i.dealloc as discarded, i.stats_reset as reset
from {schema}.pg_stat_statements_info i;
