-- How many of its numbers each sequence has used, of those that it, or the narrowest column that it feeds, can hold. For the
-- queries that include this one.
with feeds as (
    -- owned by the column, or named in its default
    select d.objid as sequence, d.refobjid as table_oid, d.refobjsubid as number, true as owned
    from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = d.classid and d.deptype in ('a', 'i')
        and d.refobjsubid > 0
    union all
    select d.refobjid, v.adrelid, v.adnum, false
    from pg_catalog.pg_attrdef v
    join pg_catalog.pg_depend d on d.objid = v.oid
        and d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    join pg_catalog.pg_class q on q.oid = d.refobjid and q.relkind = 'S'
),
columns as (
    -- of several columns the narrowest one ends first
    select distinct on (f.sequence)
        f.sequence,
        case when f.owned then pg_catalog.quote_ident(a.attname)
            else pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname) end as name,
        width.largest
    from feeds f
    join pg_catalog.pg_attribute a on a.attrelid = f.table_oid and a.attnum = f.number
    join pg_catalog.pg_class c on c.oid = f.table_oid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_type t on t.oid = a.atttypid
    cross join lateral (
        -- a domain holds what its type does
        select case coalesce(nullif(t.typbasetype, 0), t.oid) when 'pg_catalog.int2'::pg_catalog.regtype then 32767
            when 'pg_catalog.int4'::pg_catalog.regtype then 2147483647 else 9223372036854775807 end as largest
    ) width
    order by f.sequence, width.largest, f.owned desc, n.nspname, c.relname, a.attname
)
select
    pg_catalog.format('%I.%I', s.schemaname, s.sequencename) as object, s.cycle, c.name as column_name,
    -- a sequence counts up from its start, or down, to its own end or the column's
    case when s.increment_by > 0 then s.last_value - s.start_value::numeric + 1
        else s.start_value - s.last_value::numeric + 1 end as used,
    case when s.increment_by > 0 then least(s.max_value, c.largest) - s.start_value::numeric + 1
        else s.start_value - greatest(s.min_value, -c.largest - 1)::numeric + 1 end as numbers,
    pg_catalog.has_sequence_privilege(q.oid, 'SELECT,USAGE') as readable
from pg_catalog.pg_sequences s
join pg_catalog.pg_namespace n on n.nspname = s.schemaname
join pg_catalog.pg_class q on q.relnamespace = n.oid and q.relname = s.sequencename and q.relkind = 'S'
left join columns c on c.sequence = q.oid;
