-- All that a rebuild must leave as it is, of one index by the number of its table and its name: a line each.
select
    i.indexrelid::bigint as oid,
    pg_catalog.pg_relation_size(i.indexrelid) as bytes,
    pg_catalog.concat_ws(E'\n',
        pg_catalog.pg_get_indexdef(i.indexrelid),
        case when not i.indisvalid or not i.indisready or not i.indislive then 'invalid' end,
        case when i.indisprimary then 'primary key' end,
        case when i.indisclustered then 'clustered by it' end,
        case when i.indisreplident then 'replica identity' end,
        'comment ' || pg_catalog.quote_literal(pg_catalog.obj_description(i.indexrelid, 'pg_class')),
        'part of ' || (select h.inhparent::pg_catalog.regclass::text from pg_catalog.pg_inherits h where h.inhrelid = i.indexrelid),
        'options ' || pg_catalog.array_to_string(c.reloptions, ','),
        'tablespace ' || nullif(c.reltablespace, 0)::text,
        (select 'constraints ' || pg_catalog.string_agg(k.conname::text || ' ' || k.contype::text, ', ' order by k.conname)
            from pg_catalog.pg_constraint k where k.conindid = i.indexrelid),
        (select 'statistics targets ' || pg_catalog.string_agg(a.attnum || '=' || a.attstattarget, ', ' order by a.attnum)
            from pg_catalog.pg_attribute a where a.attrelid = i.indexrelid and a.attstattarget >= 0)) as identity
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
where i.indrelid = ?::bigint::oid and c.relname = (pg_catalog.parse_ident(?))[2];
