-- title:    Invalid indexes
-- severity: warning; critical for a unique one, whose uniqueness is not guaranteed; none for one that is being built right now
-- why:      A concurrent build or drop was interrupted or failed. No query uses such an index, but writes keep it up to date. A
--           partitioned one is invalid until each partition has its part.
-- do:       Rebuild it, or drop it if it is a leftover (its name ends in _ccnew or _ccold). Of a partitioned one, create
--           the missing parts concurrently and attach them (ALTER INDEX ... ATTACH PARTITION).
with being_built as (
    select index_relid from pg_catalog.pg_stat_progress_create_index where index_relid <> 0
),
locked as materialized (
    -- include db/health/sizes/locked.sql
),
sharded as materialized (
    -- include db/audit/sharded_tables.sql
),
invalid as (
    select
        i.indexrelid, i.indrelid, i.indisunique, i.indisexclusion, c.relkind, n.nspname, c.relname,
        pg_catalog.format('%I.%I', n.nspname, c.relname) as index_name,
        c.relname ~ '_cc(new|old)[0-9]*$' as leftover
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relpersistence <> 't'
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where not i.indisvalid and (n.nspname !~ '^pg_' or n.nspname = 'pg_toast') and n.nspname <> 'information_schema'
        and c.oid not in (select b.index_relid from being_built b)
)
select
    case when x.indisunique and not x.leftover then 'critical' else 'warning' end as severity,
    x.index_name as object,
    case when x.indexrelid not in (select l.relation from locked l) then pg_catalog.pg_relation_size(x.indexrelid) end as value,
    'bytes' as unit,
    pg_catalog.format('on %I%s', t.relname, case
        when x.nspname = 'pg_toast' and owner.relname is not null then pg_catalog.format(' (of %I.%I)', o.nspname, owner.relname)
            || case when pg_catalog.has_schema_privilege(n.oid, 'USAGE') then '' else '; a superuser can drop it' end
        when x.relkind = 'I' then pg_catalog.format('; %s of its %s partitions have their part',
            (select pg_catalog.count(*) from pg_catalog.pg_inherits h where h.inhparent = x.indexrelid),
            (select pg_catalog.count(*) from pg_catalog.pg_inherits h where h.inhparent = x.indrelid))
        else '' end) as detail,
    case
        when x.relkind = 'I' then null
        -- a shard's alone is not the whole
        when x.indrelid in (select s.oid from sharded s) then null
        when x.nspname = 'pg_toast' and not pg_catalog.has_schema_privilege(n.oid, 'USAGE') then null
        when x.leftover then 'drop index concurrently ' || x.index_name
        -- an exclusion constraint's cannot be rebuilt concurrently
        when x.indisexclusion then 'reindex index ' || x.index_name
        else 'reindex index concurrently ' || x.index_name
    end as fix
from invalid x
join pg_catalog.pg_namespace n on n.nspname = x.nspname
join pg_catalog.pg_class t on t.oid = x.indrelid
left join pg_catalog.pg_class owner on owner.reltoastrelid = x.indrelid
left join pg_catalog.pg_namespace o on o.oid = owner.relnamespace
order by severity, object;
