-- What the database itself looks for when pull requests go: the foreign-key checks on every table that refers to them.
-- Serves: deleting a pull request, its last step
-- Typical: 100 pull requests that nothing refers to
-- Writes: yes
set constraints all immediate;
insert into public.metrics_pullrequest
select (jsonb_populate_record(p, jsonb_build_object('id', 9000000 + i, 'github_pr_id', 9000000 + i))).*
from public.metrics_pullrequest p
cross join generate_series(1, 100) i
where p.id = (select min(id) from public.metrics_pullrequest);
delete from public.metrics_pullrequest where id > 9000000;
