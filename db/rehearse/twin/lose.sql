-- In the twin: the tables at the top of the inheritance to which this one belongs, itself if it has none above.
with recursive above (oid) as (
    select pg_catalog.to_regclass(pg_catalog.format('%I.%I', ?::text, ?::text))::oid
    union
    select i.inhparent from pg_catalog.pg_inherits i join above a on a.oid = i.inhrelid
)
select a.oid::pg_catalog.regclass::text as name, c.relkind
from above a
join pg_catalog.pg_class c on c.oid = a.oid
where not exists (select from pg_catalog.pg_inherits i where i.inhrelid = a.oid);
