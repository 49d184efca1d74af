-- The statements that make the schema of this database again without its rows: all that the planner looks at, in an order in
-- which most of them succeed. What belongs to an extension comes with the extension.
-- Not made: triggers, defaults and rights, which no plan depends on; foreign tables, operators and casts of one's own, aggregates of
-- ordered sets, text search configurations: whatever needs one of these fails, and its statements are unknown.
-- Indexes and constraints are made in the order of their OIDs: where two indexes cost the same, the planner takes the older.
-- Reads only the catalog; PostgreSQL 14 to 18; also on a standby. For an empty search_path: names are printed qualified.
with own_schemas as (
    select n.oid, n.nspname
    from pg_catalog.pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
members as materialized (
    select d.classid, d.objid
    from pg_catalog.pg_depend d
    where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'e'
        -- and the constructors of a range, which come with it
        or d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'i'
),
relations as materialized (
    select c.*, n.nspname, pg_catalog.format('%I.%I', n.nspname, c.relname) as qualified
    from pg_catalog.pg_class c
    join own_schemas n on n.oid = c.relnamespace
    where c.relpersistence <> 't'
        and not exists (select from members m where m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and m.objid = c.oid)
),
columns as materialized (
    select
        r.oid,
        pg_catalog.string_agg(
            case when a.attisdropped then pg_catalog.format('%I pg_catalog.int4', a.attname)
            else pg_catalog.format('%I %s%s%s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::pg_catalog.regcollation end,
                case a.attgenerated
                    when 's' then ' generated always as (' || pg_catalog.pg_get_expr(e.adbin, e.adrelid) || ') stored'
                    when 'v' then ' generated always as (' || pg_catalog.pg_get_expr(e.adbin, e.adrelid) || ') virtual'
                end,
                -- one that is not validated tells the planner nothing (18)
                case when a.attnotnull and not exists (
                        select
                        from pg_catalog.pg_constraint k
                        where k.conrelid = a.attrelid and k.contype = 'n' and not k.convalidated and a.attnum = any (k.conkey)
                    ) then ' not null' end)
            end, ', ' order by a.attnum) as definitions,
        pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum) as names,
        -- the columns keep their numbers
        pg_catalog.string_agg(pg_catalog.format('; alter table %s drop column %I', r.qualified, a.attname), ''
            order by a.attnum) filter (where a.attisdropped) as drops
    from relations r
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0
    left join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
    where r.relkind in ('r', 'p', 'v', 'm')
    group by r.oid
),
types as materialized (
    select t.*, n.nspname, pg_catalog.format('%I.%I', n.nspname, t.typname) as qualified
    from pg_catalog.pg_type t
    join own_schemas n on n.oid = t.typnamespace
    where not exists (select from members m where m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and m.objid = t.oid)
)
-- schemas, then extensions, before anything of the application's is there
select 1 as phase, n.oid as position, 'schema' as kind, pg_catalog.quote_ident(n.nspname) as name, '' as on_table,
    pg_catalog.format('create schema if not exists %I', n.nspname) as statement
from own_schemas n
union all
select 2, e.oid, 'extension', pg_catalog.quote_ident(e.extname), '',
    pg_catalog.format('create extension if not exists %I schema %I', e.extname, n.nspname)
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where e.extname <> 'plpgsql'
union all
select 3, t.oid, 'type', t.qualified, '',
    case t.typtype
        when 'e' then pg_catalog.format('create type %s as enum (%s)', t.qualified, (
            select pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
            from pg_catalog.pg_enum e
            where e.enumtypid = t.oid
        ))
        when 'd' then pg_catalog.format('create domain %s as %s%s%s%s', t.qualified, pg_catalog.format_type(t.typbasetype, t.typtypmod),
            case when t.typcollation <> b.typcollation then ' collate ' || t.typcollation::pg_catalog.regcollation end,
            case when t.typnotnull then ' not null' end,
            (
                select pg_catalog.string_agg(pg_catalog.format(' constraint %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), ''
                    order by k.oid)
                from pg_catalog.pg_constraint k
                where k.contypid = t.oid and k.contype = 'c'
            ))
        when 'r' then (
            select pg_catalog.format('create type %s as range (subtype = %s, multirange_type_name = %s%s%s%s)', t.qualified,
                pg_catalog.format_type(r.rngsubtype, null), pg_catalog.format_type(r.rngmultitypid, null),
                case when r.rngcollation <> 0 then ', collation = ' || r.rngcollation::pg_catalog.regcollation end,
                -- how far apart two values are: by it the planner weighs a range
                case when r.rngsubdiff <> 0 then ', subtype_diff = ' || r.rngsubdiff end,
                (
                    select pg_catalog.format(', subtype_opclass = %I.%I', n.nspname, k.opcname)
                    from pg_catalog.pg_opclass k
                    join pg_catalog.pg_namespace n on n.oid = k.opcnamespace
                    where k.oid = r.rngsubopc and not k.opcdefault
                ))
            from pg_catalog.pg_range r
            where r.rngtypid = t.oid
        )
        else pg_catalog.format('create type %s as (%s)', t.qualified, (
            select pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', '
                order by a.attnum)
            from pg_catalog.pg_attribute a
            where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
        ))
    end
from types t
left join pg_catalog.pg_type b on b.oid = t.typbasetype
where t.typtype in ('e', 'd', 'r')
    or t.typtype = 'c' and t.typrelid in (select c.oid from pg_catalog.pg_class c where c.relkind = 'c')
union all
select 3, k.oid, 'collation', pg_catalog.format('%I.%I', n.nspname, k.collname), '',
    case k.collprovider
        when 'c' then pg_catalog.format('create collation %I.%I (lc_collate = %L, lc_ctype = %L)', n.nspname, k.collname, k.collcollate, k.collctype)
        else pg_catalog.format('create collation %I.%I (provider = %s, locale = %L, deterministic = %s)', n.nspname, k.collname,
            case k.collprovider when 'i' then 'icu' else 'builtin' end,
            coalesce(facts ->> 'colllocale', facts ->> 'colliculocale', k.collcollate), k.collisdeterministic)
    end
from pg_catalog.pg_collation k
join own_schemas n on n.oid = k.collnamespace
cross join lateral pg_catalog.to_jsonb(k) facts
union all
select 3, p.oid, 'function', pg_catalog.format('%I.%I', n.nspname, p.proname), '', pg_catalog.pg_get_functiondef(p.oid)
from pg_catalog.pg_proc p
join own_schemas n on n.oid = p.pronamespace
where p.prokind in ('f', 'p')
    and p.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
    and not exists (select from members m where m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and m.objid = p.oid)
union all
select 3, p.oid, 'aggregate', pg_catalog.format('%I.%I', n.nspname, p.proname), '',
    pg_catalog.format('create aggregate %I.%I (%s) (sfunc = %s, stype = %s, sspace = %s, parallel = %s%s%s%s%s%s)', n.nspname, p.proname,
        coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*'),
        g.aggtransfn, pg_catalog.format_type(g.aggtranstype, null), g.aggtransspace,
        case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end,
        case when g.aggfinalfn <> 0 then ', finalfunc = ' || g.aggfinalfn end,
        case when g.aggfinalextra then ', finalfunc_extra' end,
        case when g.aggcombinefn <> 0 then ', combinefunc = ' || g.aggcombinefn end,
        case when g.aggserialfn <> 0 then ', serialfunc = ' || g.aggserialfn || ', deserialfunc = ' || g.aggdeserialfn end,
        ', initcond = ' || pg_catalog.quote_literal(g.agginitval))
from pg_catalog.pg_aggregate g
join pg_catalog.pg_proc p on p.oid = g.aggfnoid
join own_schemas n on n.oid = p.pronamespace
where g.aggkind = 'n' and g.aggsortop = 0
    and not exists (select from members m where m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and m.objid = p.oid)
union all
select 3, r.oid, 'sequence', r.qualified, '', 'create sequence ' || r.qualified
from relations r
where r.relkind = 'S'
union all
select 3, r.oid, 'table', r.qualified, r.qualified,
    'create table ' || r.qualified || ' (' || coalesce(c.definitions, '') || ')'
        || coalesce(' partition by ' || pg_catalog.pg_get_partkeydef(r.oid), '')
        || case when am.amname <> 'heap' then ' using ' || pg_catalog.quote_ident(am.amname) else '' end
        || coalesce((
            select ' with (parallel_workers = ' || pg_catalog.split_part(o.setting, '=', 2) || ')'
            from pg_catalog.unnest(r.reloptions) o (setting)
            where o.setting like 'parallel_workers=%'
        ), '')
        || coalesce(c.drops, '')
from relations r
left join columns c on c.oid = r.oid
left join pg_catalog.pg_am am on am.oid = r.relam
where r.relkind in ('r', 'p')
union all
-- without one of its partitions, also a foreign one, it is the parent that plans otherwise
select 4, child.oid, 'partition', child.qualified, parent.qualified,
    case when child.relispartition
        then pg_catalog.format('alter table only %s attach partition %s %s', parent.qualified, child.qualified,
            pg_catalog.pg_get_expr(child.relpartbound, child.oid))
        else pg_catalog.format('alter table only %s inherit %s', child.qualified, parent.qualified) end
from pg_catalog.pg_inherits i
join relations child on child.oid = i.inhrelid and child.relkind in ('r', 'p', 'f')
join relations parent on parent.oid = i.inhparent
union all
select 5, r.oid, 'view', r.qualified, case r.relkind when 'm' then r.qualified else '' end,
    pg_catalog.format('create %s %s (%s)%s as %s%s',
        case r.relkind when 'm' then 'materialized view' else 'view' end, r.qualified, c.names,
        case when r.relkind = 'v' and 'security_barrier=true' = any (r.reloptions) then ' with (security_barrier)' end,
        pg_catalog.rtrim(pg_catalog.pg_get_viewdef(r.oid), ';'),
        case r.relkind when 'm' then ' with no data' end)
from relations r
join columns c on c.oid = r.oid
where r.relkind in ('v', 'm')
union all
select 6, k.oid, 'check', pg_catalog.quote_ident(k.conname), r.qualified,
    pg_catalog.format('alter table %s add constraint %I %s', r.qualified, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
from pg_catalog.pg_constraint k
join relations r on r.oid = k.conrelid
where k.contype = 'c' and k.coninhcount = 0
union all
select 7, i.indexrelid, 'index', x.qualified, r.qualified,
    case when k.oid is null then pg_catalog.pg_get_indexdef(i.indexrelid)
        else pg_catalog.format('alter table only %s add constraint %I %s', r.qualified, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
    end
from pg_catalog.pg_index i
join relations r on r.oid = i.indrelid
join relations x on x.oid = i.indexrelid
left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x') and k.conrelid = i.indrelid
where (i.indisvalid or x.relkind = 'I') and i.indislive -- the planner skips the others
union all
select 8, child.oid, 'partition of an index', child.qualified, r.qualified,
    pg_catalog.format('alter index %s attach partition %s', parent.qualified, child.qualified)
from pg_catalog.pg_inherits i
join relations child on child.oid = i.inhrelid and child.relkind in ('i', 'I')
join relations parent on parent.oid = i.inhparent
join pg_catalog.pg_index x on x.indexrelid = child.oid
join relations r on r.oid = x.indrelid
union all
select 9, k.oid, 'foreign key', pg_catalog.quote_ident(k.conname), r.qualified,
    pg_catalog.format('alter table %s add constraint %I %s', r.qualified, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
from pg_catalog.pg_constraint k
join relations r on r.oid = k.conrelid
where k.contype = 'f' and k.conparentid = 0
union all
select 10, s.oid, 'statistics', pg_catalog.format('%I.%I', n.nspname, s.stxname), r.qualified, pg_catalog.pg_get_statisticsobjdef(s.oid)
from pg_catalog.pg_statistic_ext s
join own_schemas n on n.oid = s.stxnamespace
join relations r on r.oid = s.stxrelid
union all
select 11, w.oid, 'rule', pg_catalog.quote_ident(w.rulename), r.qualified, pg_catalog.pg_get_ruledef(w.oid)
from pg_catalog.pg_rewrite w
join relations r on r.oid = w.ev_class
where w.rulename <> '_RETURN'
order by 1, 2, 4;
