-- The btree indexes of 1 MB or more that dbopt maintain --reindex judges: what each takes, what it would take if it were
-- rebuilt (at least and at most, or the reason why that is unknown), and why it may not be rebuilt, if so. Of a
-- partitioned table each partition has its own, with the whole that it is a part of. A TOAST table's index has keys of one width, so its size is known.
-- Reads only the catalog; PostgreSQL 14 to 18.
with estimates as materialized (
    -- include db/health/sizes/index_estimates.sql
),
redundant as materialized (
    -- include db/audit/redundant_indexes.sql
),
sharded as materialized (
    -- include db/audit/sharded_tables.sql
),
redundant_wholes as materialized (
    -- include db/audit/partitioned_indexes.sql
),
locked_now as materialized (
    -- include db/health/sizes/locked.sql
),
toast as materialized (
    select
        i.indexrelid, i.indrelid, x.bytes,
        case when c.reltuples < 0 then 'its table was never vacuumed' end as reason,
        c.reltuples * case when c.relpages > 0
            then pg_catalog.pg_relation_size(c.oid)::float8 / pg_catalog.current_setting('block_size')::int / c.relpages
            else 1 end as row_count
    from pg_catalog.pg_class c
    join pg_catalog.pg_class t on t.reltoastrelid = c.oid
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisvalid
    cross join lateral (select pg_catalog.pg_relation_size(i.indexrelid) as bytes) x
    where t.relpersistence <> 't' and c.relpages > 100 and x.bytes >= 1024 * 1024
        and i.indexrelid not in (select l.relation from locked_now l) and c.oid not in (select l.relation from locked_now l)
),
judged as (
    select e.indexrelid, e.indrelid, e.bytes, e.reason, e.row_count, e.at_least, e.at_most, e.indrelid as owning_table
    from estimates e
    union all
    select x.indexrelid, x.indrelid, x.bytes, x.reason, x.row_count, need.bytes, need.bytes,
        (select t.oid from pg_catalog.pg_class t where t.reltoastrelid = x.indrelid)
    from toast x
    cross join lateral (
        -- an entry takes 20 bytes, and a page is filled to nine tenths
        select (case when x.reason is null then 1 + pg_catalog.ceil(1.0035 * x.row_count * 20
            / (0.9 * pg_catalog.current_setting('block_size')::int - 40)) end
            * pg_catalog.current_setting('block_size')::int)::bigint as bytes
    ) need
)
select
    j.indexrelid::bigint as oid,
    j.indrelid::bigint as table_oid,
    n.nspname as schema_name,
    c.relname as bare_name,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as index_name,
    pg_catalog.format('%I.%I', tn.nspname, t.relname) as table_name,
    coalesce(case when c.relispartition then (
        select pg_catalog.format('%I.%I', wn.nspname, w.relname)
        from pg_catalog.pg_class w
        join pg_catalog.pg_namespace wn on wn.oid = w.relnamespace
        where w.oid = pg_catalog.pg_partition_root(c.oid)
    ) end, pg_catalog.format('%I.%I', n.nspname, c.relname)) as whole,
    j.bytes, j.at_least, j.at_most, j.reason, greatest(j.row_count, 0)::bigint as row_count,
    pg_catalog.pg_relation_size(j.indrelid) as table_bytes,
    coalesce(pg_catalog.substring(pg_catalog.array_to_string(c.reloptions, ','), 'fillfactor=([0-9]+)')::int, 90) / 100.0 as fill,
    case
        when i.indisexclusion
            then 'it keeps an exclusion constraint, which PostgreSQL cannot rebuild concurrently: in a window without writes, reindex index '
                || pg_catalog.format('%I.%I', n.nspname, c.relname)
        when exists (select from redundant r where r.schema_name = n.nspname and r.index_name = c.relname)
                or c.relispartition and pg_catalog.pg_partition_root(c.oid)::bigint in (select r.index_oid from redundant_wholes r)
            then 'it is redundant, and better dropped: dbopt audit says why'
        when t.oid in (select s.oid from sharded s)
            then 'Citus divides its table among nodes: a rebuild here would not be one of all shards'
        when not pg_catalog.pg_has_role(t.relowner, 'USAGE')
            then 'its owner is ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.relowner))
        when not pg_catalog.has_schema_privilege(n.oid, 'USAGE')
            then 'this role may not use the schema ' || pg_catalog.quote_ident(n.nspname)
    end as refusal
from judged j
join pg_catalog.pg_index i on i.indexrelid = j.indexrelid
join pg_catalog.pg_class c on c.oid = j.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class t on t.oid = j.owning_table
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
order by index_name;
