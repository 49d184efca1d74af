-- Of which cluster and database this is, and what time it is there.
select c.system_identifier::text as cluster, pg_catalog.current_database() as database, pg_catalog.clock_timestamp() as now
from pg_catalog.pg_control_system() c;
