-- In the twin, as its superuser: the expressions of these indexes, of which the planner has statistics as long as the index is
-- there; and how to create statistics of them that stay.
with gone as (
    select pg_catalog.to_regclass(name)::oid as oid from pg_catalog.unnest(?::text[]) name
    union
    select part.relid from pg_catalog.unnest(?::text[]) name cross join pg_catalog.pg_partition_tree(pg_catalog.to_regclass(name)) part
)
select i.indexrelid::bigint as index_oid, a.attnum as column_number, made.name as statistics_name,
    pg_catalog.format('create statistics %I.%I on (%s) from %I.%I', n.nspname, made.name,
        pg_catalog.pg_get_indexdef(i.indexrelid, a.attnum, false), n.nspname, t.relname) as statement
from gone
join pg_catalog.pg_index i on i.indexrelid = gone.oid and i.indexprs is not null
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = i.indexrelid
join pg_catalog.pg_statistic s on s.starelid = a.attrelid and s.staattnum = a.attnum
cross join lateral (select pg_catalog.format('dbopt rehearsal %s %s', i.indexrelid, a.attnum) as name) made
order by 1, 2;
