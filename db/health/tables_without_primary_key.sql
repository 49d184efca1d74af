-- title:    Tables without a primary key
-- severity: info; warning for a table that is published for logical replication and has no replica identity
-- why:      Equal rows cannot be told apart by people, tools or logical replication: UPDATE and DELETE fail on such
--           a table once it is published.
-- do:       Give it a primary key: create a unique index concurrently, then ADD PRIMARY KEY USING INDEX. A table of log
--           lines may do without.
with table_sizes as materialized (
    -- include db/health/sizes/tables.sql
),
published as (
    select distinct n.oid as schema_oid, t.tablename
    from pg_catalog.pg_publication_tables t
    join pg_catalog.pg_publication p on p.pubname = t.pubname
    join pg_catalog.pg_namespace n on n.nspname = t.schemaname
    where p.pubupdate or p.pubdelete
),
parts as (
    -- a partitioned table is reported once, with all that its partitions hold
    select
        c.oid, coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) as root, z.bytes,
        p.tablename is not null and c.relreplident in ('d', 'n') as fails
    from pg_catalog.pg_class c
    left join table_sizes z on z.oid = c.oid
    left join published p on p.schema_oid = c.relnamespace and p.tablename = c.relname
    where c.relkind in ('r', 'p') and c.relpersistence <> 't'
        and not exists (select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'p')
)
select
    case when pg_catalog.bool_or(parts.fails) then 'warning' else 'info' end as severity,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    coalesce(pg_catalog.sum(parts.bytes), 0) as value,
    'bytes' as unit,
    case when pg_catalog.bool_or(parts.fails) then 'no primary key, and published without a replica identity: UPDATE and DELETE fail'
        else 'no primary key' end as detail,
    null as fix
from parts
join pg_catalog.pg_class c on c.oid = parts.root
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
where exists (select from parts p where p.oid = parts.root)
group by n.nspname, c.relname
order by severity desc, value desc, object;
