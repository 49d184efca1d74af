-- Which schemas have the same tables and indexes, as those of an application with a schema for each tenant: equal ones
-- have the same fingerprint. A row for each schema that may be one of several; for the first one of each fingerprint there
-- is a row for each of its tables and indexes instead, by which schemas that are nearly equal are told apart.
-- Compared are names, columns, foreign keys and all that makes an index, each without the schema's own name: a function of
-- the schema itself is the same if its name and its text are. Not compared are owners, rights, rows, sizes, the order of
-- columns, and partitions, which come and go: their parent is.
-- Reads only the catalog, of any schema; PostgreSQL 14 to 18; also on a standby. Expressions of indexes are printed, for
-- which the server opens their tables for an instant (ACCESS SHARE): where somebody holds one exclusively, it is left out.
with locked as materialized (
    -- include db/health/sizes/locked.sql
),
extension_members as (
    select d.objid
    from pg_catalog.pg_depend d
    where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
),
every_table as materialized (
    select c.oid, c.relnamespace, c.relname, c.relkind, count(*) over (partition by c.relname) as schemas
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't' and not c.relispartition
        and c.oid not in (select e.objid from extension_members e)
),
schemas as materialized (
    -- where other schemas have most of the tables too: only these are described
    select
        n.oid, n.nspname,
        -- The schema's own name before another one, as the server prints it: a regular expression. It skips literals
        -- and over what is in quotes (the first group), and a longer name that ends in this one is another.
        '(''(?:[^'']|'''')*''|"(?:[^"]|"")*")|(?<![[:alnum:]_$."])'
            || pg_catalog.regexp_replace(pg_catalog.quote_ident(n.nspname), '([][\\.*+?{}()|^$#])', '\\\1', 'g') || '\.' as own_name
    from pg_catalog.pg_namespace n
    join every_table e on e.relnamespace = n.oid
    group by n.oid, n.nspname
    having count(*) filter (where e.schemas > 1) * 2 > count(*)
),
tables as materialized (
    select e.oid, e.relnamespace, e.relname, e.relkind, s.own_name
    from every_table e
    join schemas s on s.oid = e.relnamespace
),
columns as (
    select
        a.attrelid,
        pg_catalog.string_agg(pg_catalog.concat_ws(' ',
            pg_catalog.quote_ident(a.attname), coalesce(own_type.typname::text, a.atttypid::text), a.atttypmod, a.attnotnull,
            coalesce(own_collation.collname::text, a.attcollation::text)), ',' order by a.attname) as text
    from tables t
    join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_type own_type on own_type.oid = a.atttypid and own_type.typnamespace = t.relnamespace
    left join pg_catalog.pg_collation own_collation
        on own_collation.oid = a.attcollation and own_collation.collnamespace = t.relnamespace
    group by a.attrelid
),
foreign_keys as (
    select
        k.conrelid,
        pg_catalog.string_agg(pg_catalog.concat_ws(' ',
            own.names, case when r.relnamespace = t.relnamespace then r.relname::text else r.oid::text end, others.names,
            k.confupdtype, k.confdeltype, k.confmatchtype, k.condeferrable, k.convalidated), ','
            order by own.names, r.relname, others.names) as text
    from tables t
    join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
    join pg_catalog.pg_class r on r.oid = k.confrelid
    cross join lateral (
        select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), '+' order by n.position) as names
        from pg_catalog.unnest(k.conkey) with ordinality n (number, position)
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.number
    ) own
    cross join lateral (
        select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), '+' order by n.position) as names
        from pg_catalog.unnest(k.confkey) with ordinality n (number, position)
        join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.number
    ) others
    group by k.conrelid
),
indexes as materialized (
    select
        i.indexrelid, i.indrelid, t.relnamespace, t.relname as table_name, t.own_name, c.relname as index_name, c.relkind, c.relam,
        c.reloptions, i.indkey, i.indclass, i.indcollation, i.indoption, i.indisunique, i.indisprimary, i.indisexclusion,
        i.indimmediate, i.indisreplident, i.indisclustered, i.indnkeyatts, i.indexprs, i.indpred,
        i.indexprs is not null or i.indpred is not null as has_expressions,
        i.indisvalid and i.indisready and i.indislive as is_valid,
        -- from PostgreSQL 15 on
        case when i.indisunique then pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' end as nulls_not_distinct
    from tables t
    join pg_catalog.pg_index i on i.indrelid = t.oid
    join pg_catalog.pg_class c on c.oid = i.indexrelid
),
keys as (
    select
        i.indexrelid,
        pg_catalog.string_agg(pg_catalog.concat_ws(' ',
            coalesce(pg_catalog.quote_ident(a.attname), '()'), coalesce(own_class.opcname::text, k.class::text),
            coalesce(own_collation.collname::text, k.collated::text), k.direction), ',' order by k.position) as text
    from indexes i
    cross join lateral rows from (
        pg_catalog.unnest(i.indkey::int2[]), pg_catalog.unnest(i.indclass::oid[]), pg_catalog.unnest(i.indcollation::oid[]),
        pg_catalog.unnest(i.indoption::int2[])
    ) with ordinality k (number, class, collated, direction, position)
    left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number and k.number <> 0
    left join pg_catalog.pg_opclass own_class on own_class.oid = k.class and own_class.opcnamespace = i.relnamespace
    left join pg_catalog.pg_collation own_collation
        on own_collation.oid = k.collated and own_collation.collnamespace = i.relnamespace
    group by i.indexrelid
),
parameters as (
    -- of operator classes, such as siglen
    select a.attrelid as indexrelid, pg_catalog.string_agg(a.attnum || ' ' || a.attoptions::text, ',' order by a.attnum) as text
    from pg_catalog.pg_attribute a
    where a.attoptions is not null
    group by a.attrelid
),
own_functions as (
    -- that an expression calls: those of other schemas are told by their name
    select
        i.indexrelid,
        pg_catalog.string_agg(pg_catalog.concat_ws(' ', p.proname, p.prolang, p.proconfig::text,
            pg_catalog.regexp_replace(coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc), i.own_name, '\1', 'g')), ','
            order by p.proname, p.prosrc) as text
    from indexes i
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = i.indexrelid
        and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    join pg_catalog.pg_proc p on p.oid = d.refobjid and p.pronamespace = i.relnamespace
    where i.has_expressions
    group by i.indexrelid
),
parts as materialized (
    select
        t.relnamespace, t.relname as table_name, null::name as index_name, true as is_valid,
        pg_catalog.hashtextextended(pg_catalog.concat_ws('|', t.relkind, c.text, 'f', f.text) collate "C", 0) as definition
    from tables t
    left join columns c on c.attrelid = t.oid
    left join foreign_keys f on f.conrelid = t.oid
    union all
    select
        i.relnamespace, i.table_name, i.index_name, i.is_valid,
        pg_catalog.hashtextextended(pg_catalog.concat_ws('|',
            i.relkind, i.relam, i.indisunique, i.indisprimary, i.indisexclusion, i.indimmediate, i.indisreplident,
            i.indisclustered, i.indnkeyatts, i.is_valid, i.nulls_not_distinct,
            i.indexrelid in (select s.conindid from pg_catalog.pg_constraint s where s.contype in ('p', 'u', 'x')),
            k.text, 'p', p.text, 'o', i.reloptions::text, 'e', expressions.text, 'f', f.text) collate "C", 0)
    from indexes i
    join keys k on k.indexrelid = i.indexrelid
    left join parameters p on p.indexrelid = i.indexrelid
    left join own_functions f on f.indexrelid = i.indexrelid
    cross join lateral (select case
        when not i.has_expressions then ''
        when i.indrelid in (select l.relation from locked l) then 'locked'
        else pg_catalog.regexp_replace(pg_catalog.concat_ws('|', pg_catalog.pg_get_expr(i.indexprs, i.indrelid), 'where',
            pg_catalog.pg_get_expr(i.indpred, i.indrelid)), i.own_name, '\1', 'g')
    end as text) expressions
),
fingerprints as materialized (
    select
        described.relnamespace,
        pg_catalog.hashtextextended(described.text collate "C", 0) || '.' || pg_catalog.hashtextextended(described.text collate "C", 1)
            as fingerprint
    from (
        select
            p.relnamespace,
            pg_catalog.string_agg(pg_catalog.format('%I %s %s', p.table_name,
                coalesce(pg_catalog.quote_ident(p.index_name), ''), p.definition), ','
                order by p.table_name, p.index_name nulls first) as text
        from parts p
        group by p.relnamespace
    ) described
)
select s.nspname as schema_name, f.fingerprint, p.table_name, p.index_name, p.is_valid, p.definition
from (
    select
        g.relnamespace, g.fingerprint,
        pg_catalog.row_number() over (partition by g.fingerprint order by n.nspname) = 1 as is_first
    from fingerprints g
    join schemas n on n.oid = g.relnamespace
) f
join schemas s on s.oid = f.relnamespace
left join parts p on p.relnamespace = f.relnamespace and f.is_first
order by s.nspname, p.table_name, p.index_name nulls first;
