-- title:    Tables without a primary key
-- severity: info; warning for a table that is published for logical replication and has no replica identity
-- why:      Nothing tells two equal rows apart, for people, tools and logical replication: UPDATE and DELETE fail on such
--           a table once it is published.
-- do:       Give it a primary key: create a unique index concurrently, then ADD PRIMARY KEY USING INDEX. A table of log
--           lines may do without.
with published as (
    select t.schemaname, t.tablename
    from pg_catalog.pg_publication_tables t
    join pg_catalog.pg_publication p on p.pubname = t.pubname
    where p.pubupdate or p.pubdelete
)
select
    case when p.tablename is null then 'info' else 'warning' end as severity,
    found.table_name as object,
    found.table_size as value,
    'bytes' as unit,
    case when p.tablename is null then 'no primary key'
        else 'no primary key, and published without a replica identity: UPDATE and DELETE fail' end as detail,
    null as fix
from (
    -- include pg-index-health tables_without_primary_key
) found
join pg_catalog.pg_class c on c.relkind in ('r', 'p') and c.oid::pg_catalog.regclass::text = found.table_name
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join (select distinct schemaname, tablename from published) p
    on p.schemaname = n.nspname and p.tablename = c.relname and c.relreplident in ('d', 'n')
order by severity desc, value desc, object;
