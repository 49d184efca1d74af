-- In the twin: how large the file of each table and index shall be, and how high each btree is above its leaves. The source
-- tells its height to nobody but superusers, so it is reckoned: of the inner pages 70 % is used, by entries of 8 bytes, the
-- key and a line pointer of 4.
with btrees as materialized (
    select i.indexrelid, pg_catalog.sum(coalesce(s.stawidth, x.stawidth, nullif(a.attlen, -1), 16)) as key_width
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
    join pg_catalog.pg_am am on am.oid = c.relam and am.amname = 'btree'
    join pg_catalog.pg_attribute a on a.attrelid = i.indexrelid and a.attnum <= i.indnkeyatts
    left join pg_catalog.pg_statistic s on s.starelid = i.indrelid and s.staattnum = i.indkey[a.attnum - 1] and not s.stainherit
    left join pg_catalog.pg_statistic x on x.starelid = i.indexrelid and x.staattnum = a.attnum and not x.stainherit
    group by i.indexrelid
)
select
    c.oid as relation, pg_catalog.pg_relation_filepath(c.oid) as path, f.bytes,
    case
        when b.indexrelid is null then -1
        when f.bytes <= 2 * 8192 then 0
        else pg_catalog.ceil(pg_catalog.ln((f.bytes / 8192 - 1)::float8)
            / pg_catalog.ln(0.7 * 8148 / (12 + pg_catalog.ceil(b.key_width / 8.0) * 8)::float8))::int
    end as height
from relation_facts f
join pg_catalog.pg_namespace n on n.nspname = f.schema_name
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = f.name
left join btrees b on b.indexrelid = c.oid
where c.relkind in ('r', 'm', 'i') and f.bytes > pg_catalog.pg_relation_size(c.oid);
