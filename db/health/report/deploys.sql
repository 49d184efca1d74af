-- What Flyway has applied and dbopt has undone, the last 500 rows of the schema history: to mark the deploys in the
-- charts of the page. The rank says what came after a run; the times are of whatever time zone each client had.
select h.installed_rank as rank, h.script, h.type
from public.flyway_schema_history h
where h.success and h.type not in ('SCHEMA', 'BASELINE')
order by h.installed_rank desc
limit 500;
