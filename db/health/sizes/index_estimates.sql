-- What each btree index of 1 MB or more would take if it were rebuilt, in bytes, for the queries that include this one:
-- at least and at most, or the reason why that is unknown. An estimate from the number of rows, and the statistics of the
-- columns at the last ANALYZE. Reads only the catalog.
--
-- PostgreSQL stores equal keys once, with a list of rows, where each operator class allows it, and the index is neither
-- unique nor has INCLUDE columns. How many keys differ is known of a single column, and of several where there are
-- extended statistics (ndistinct); else it lies between that of the column that differs most and the product of all.
-- The rows of a partial index may differ from the others in every way: only widths that cannot differ are known there.
with recursive locked as materialized (
    -- include db/health/sizes/locked.sql
),
index_sizes as materialized (
    -- include db/health/sizes/indexes.sql
),
large as materialized (
    select
        i.indexrelid, i.indrelid, i.indkey, i.indnatts, n.nspname, c.relname, t.relname as table_name, x.bytes,
        t.reltuples, t.relpages, t.relrowsecurity, i.indpred is not null as partial,
        -- the values that may be stored out of line are those of its only column that can be
        t.reltoastrelid <> 0 and (select o.relpages > 0 from pg_catalog.pg_class o where o.oid = t.reltoastrelid)
            and (
                select pg_catalog.count(*) = 1 from pg_catalog.pg_attribute a
                where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attlen = -1 and a.attstorage in ('x', 'e')
            ) as out_of_line,
        -- the rows now: as many for each page of the table as at the last VACUUM or ANALYZE
        case when i.indpred is null then t.reltuples else c.reltuples end
            * case when t.relpages > 0 then pg_catalog.pg_relation_size(t.oid)::float8
                / pg_catalog.current_setting('block_size')::int / t.relpages else 1 end as row_count,
        pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
        coalesce(pg_catalog.substring(pg_catalog.array_to_string(c.reloptions, ','), 'fillfactor=([0-9]+)')::int, 90) / 100.0 as fill,
        pg_catalog.current_setting('block_size')::float8 as block_size,
        not i.indisunique and i.indnkeyatts = i.indnatts
            and coalesce(pg_catalog.substring(pg_catalog.array_to_string(c.reloptions, ','), 'deduplicate_items=([a-z0-9]+)'), 'on')
                not in ('off', 'false', 'no', '0', 'f', 'n', 'of')
            and not exists (
                select
                from pg_catalog.generate_series(0, i.indnkeyatts - 1) key (position)
                join pg_catalog.pg_opclass o on o.oid = i.indclass[key.position]
                left join pg_catalog.pg_amproc p on p.amprocfamily = o.opcfamily and p.amproclefttype = o.opcintype
                    and p.amprocrighttype = o.opcintype and p.amprocnum = 4
                left join pg_catalog.pg_collation l on l.oid = i.indcollation[key.position]
                where p.oid is null or not coalesce(l.collisdeterministic, true)
            ) as deduplicated
    from index_sizes x
    join pg_catalog.pg_index i on i.indexrelid = x.indexrelid and i.indisvalid
    join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_am am on am.oid = c.relam and am.amname = 'btree'
    where x.bytes >= 1024 * 1024
        -- a lock would make the sizes wait
        and c.oid not in (select l.relation from locked l) and t.oid not in (select l.relation from locked l)
),
columns as materialized (
    select
        l.indexrelid, a.attnum, a.attalign, k.attnum as table_column,
        case
            when a.attlen > 0 then a.attlen
            -- an expression's value has a header of 4 bytes, which an index stores in one
            when k.attname is null and a.attlen = -1 and s.avg_width between 5 and 129 then s.avg_width - 3
            else s.avg_width
        end::float8 as width,
        a.attlen < 0 as of_any_width,
        case when k.attnotnull or is_not_null.told then 0 else s.null_frac end::float8 as null_fraction,
        -- a partial index has only some of the values, unless its condition leaves out none of the column's own
        l.partial and k.attnum is not null and not is_not_null.told as among_others,
        s.n_distinct, s.most_common_freqs, is_not_null.told as is_not_null,
        coalesce((select pg_catalog.sum(share) from pg_catalog.unnest(s.most_common_freqs) share), 0)::float8 as common_share,
        coalesce(pg_catalog.cardinality(s.most_common_freqs), 0) as common_values,
        s.null_frac::float8 as nulls_in_table,
        300.0::float8 * coalesce(nullif(case when k.attname is null then a.attstattarget else k.attstattarget end, -1),
            pg_catalog.current_setting('default_statistics_target')::int) as sample,
        case
            when coalesce(a.attlen > 0 and (k.attnotnull or is_not_null.told), false) then null
            when s.attname is not null then null
            when coalesce(case when k.attname is null then a.attstattarget else k.attstattarget end, -1) = 0
                then pg_catalog.format('the statistics of the column %s are turned off (SET STATISTICS 0)', coalesce(k.attname, a.attname))
            when not pg_catalog.has_column_privilege(case when k.attname is null then l.indexrelid else l.indrelid end,
                    coalesce(k.attnum, a.attnum), 'SELECT')
                or l.relrowsecurity and pg_catalog.row_security_active(l.indrelid)
                then 'the statistics of their columns are hidden from this role'
            else 'the statistics of their columns were never made'
        end as missing
    from large l
    join pg_catalog.pg_attribute a on a.attrelid = l.indexrelid
    left join pg_catalog.pg_attribute k on k.attrelid = l.indrelid and k.attnum = l.indkey[a.attnum - 1] and k.attnum > 0
    cross join lateral (
        select k.attname is not null and coalesce(l.predicate = '(' || pg_catalog.quote_ident(k.attname) || ' IS NOT NULL)', false) as told
    ) is_not_null
    left join pg_catalog.pg_stats s
        on s.schemaname = l.nspname and not s.inherited
        -- the statistics of an expression stand under the name of its index
        and s.tablename = case when k.attname is null then l.relname else l.table_name end
        and s.attname = coalesce(k.attname, a.attname)
),
-- the keys as they lie behind each other, each at a multiple of what its type demands
laid_out (indexrelid, attnum, ends) as (
    select l.indexrelid, 0::smallint, 0::float8 from large l
    union all
    select
        o.indexrelid, c.attnum,
        case when c.of_any_width and c.width < 128 then o.ends
            else pg_catalog.ceil(o.ends / d.bytes) * d.bytes end + c.width
    from laid_out o
    join columns c on c.indexrelid = o.indexrelid and c.attnum = o.attnum + 1
    cross join lateral (select case c.attalign when 'c' then 1 when 's' then 2 when 'i' then 4 else 8 end as bytes) d
),
extended as materialized (
    -- how many combinations of columns there are, by the columns' numbers
    select s.stxrelid, counted.key, pg_catalog.max(counted.value::float8) as combinations
    from pg_catalog.pg_statistic_ext s
    join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
    join pg_catalog.pg_stats_ext v on v.statistics_schemaname = n.nspname and v.statistics_name = s.stxname
    cross join lateral pg_catalog.json_each_text(v.n_distinct::text::json) counted
    where s.stxrelid in (select l.indrelid from large l where l.deduplicated and l.indnatts > 1)
    group by s.stxrelid, counted.key
),
described as (
    select
        l.indexrelid, l.indrelid, l.indnatts, l.bytes, l.row_count, l.fill, l.block_size, l.deduplicated,
        -- the rows that the statistics of the columns are of: an expression's are those of its index
        case when pg_catalog.bool_and(c.is_not_null) then l.reltuples else l.row_count end as statistics_rows,
        case
            when l.reltuples < 0 then 'the statistics of their columns were never made'
            when pg_catalog.count(c.missing) > 0 then pg_catalog.min(c.missing)
            when pg_catalog.bool_or(c.among_others and (c.of_any_width or c.null_fraction > 0)
                    -- a key of 8 bytes takes as much as none
                    and not (l.indnatts = 1 and not c.of_any_width and c.width <= 8))
                then 'they are partial, and the rows in them may be wider or narrower than the others'
            when pg_catalog.bool_or(c.of_any_width and l.out_of_line)
                then 'values of their columns are stored out of line'
            when pg_catalog.bool_or(c.of_any_width and c.width > 250)
                then 'their values are wide, and may be compressed'
        end as reason,
        pg_catalog.bool_or(c.of_any_width) as of_any_width,
        (select o.ends from laid_out o where o.indexrelid = l.indexrelid and o.attnum = l.indnatts) as keys,
        pg_catalog.sum(c.width * (1 - c.null_fraction)) as keys_without_nulls,
        pg_catalog.sum(c.width) as sum_of_widths,
        pg_catalog.exp(pg_catalog.sum(pg_catalog.ln(greatest(1 - c.null_fraction, 1e-9)))) as share_without_null,
        -- the number of keys that differ
        pg_catalog.max(case when c.among_others or c.n_distinct is null then 1 else d.many end) as most_of_a_column,
        pg_catalog.exp(least(pg_catalog.sum(pg_catalog.ln(greatest(case when c.n_distinct is null then l.row_count else d.many end, 1))), 600))
            as product,
        pg_catalog.max(e.combinations) as combinations,
        pg_catalog.min(c.most_common_freqs) filter (where l.indnatts = 1 and not c.among_others) as most_common,
        pg_catalog.max(c.null_fraction) as nulls,
        (pg_catalog.array_agg(d.many order by c.null_fraction desc, c.attnum))[1] as keys_beside_nulls
    from large l
    join columns c using (indexrelid)
    left join extended e on e.stxrelid = l.indrelid and not l.partial and e.key = (
        select pg_catalog.string_agg(k::text, ', ' order by k)
        from pg_catalog.unnest(l.indkey::int2[]) k
    )
    cross join lateral (
        select r.many as counted, case when c.n_distinct >= 0 then c.n_distinct else -c.n_distinct * r.many end as found
        from (select greatest(case when l.partial and c.table_column is not null then l.reltuples else l.row_count end, 1)) r (many)
    ) s
    -- ANALYZE takes all values to be equally frequent, and finds too few where some are common: the values that are not
    -- are counted again, from as many in its sample as its figure means
    cross join lateral (
        select
            least(c.sample, s.counted) * greatest(1 - c.nulls_in_table - c.common_share, 0) as others,
            s.counted * greatest(1 - c.nulls_in_table - c.common_share, 0) as all_others,
            1 - least(c.sample, s.counted) / s.counted as unseen,
            least(c.sample, s.counted) * greatest(s.found - c.common_values, 0)
                / (least(c.sample, s.counted) + s.found * (1 - least(c.sample, s.counted) / s.counted)) as singles
    ) f
    cross join lateral (
        select c.common_values + case when f.singles >= f.others then f.all_others
            else f.others * f.singles / (f.others - f.singles * f.unseen) end
            + case when c.null_fraction > 0 then 1 else 0 end as many
    ) d
    group by l.indexrelid, l.indrelid, l.indnatts, l.bytes, l.row_count, l.partial, l.fill, l.block_size, l.deduplicated, l.reltuples,
        l.out_of_line
),
tuples as (
    -- an entry is a header of 8 bytes and the keys, in steps of 8; a null takes no room, but a bitmap of 8 bytes
    select
        d.indexrelid, d.indnatts, d.row_count, d.deduplicated, d.statistics_rows, d.most_common, d.nulls,
        d.block_size - 40 - d.block_size * (1 - d.fill) as room_of_page,
        bound.at_most,
        case when d.indnatts = 1 or d.share_without_null > 0.999999 then whole.bytes
            else d.share_without_null * whole.bytes + (1 - d.share_without_null) * 8 * pg_catalog.ceil((16
                + (d.keys_without_nulls - d.share_without_null * d.sum_of_widths) / (1 - d.share_without_null)) / 8) end as tuple,
        -- the keys of those rows in which the column that is null most often is null
        case when d.indnatts = 1 then 1 else greatest(d.product / greatest(d.keys_beside_nulls, 1), 1) end as keys_with_null,
        greatest(least(coalesce(d.combinations, case when bound.at_most then d.product else d.most_of_a_column end), d.row_count), 1)
            as keys
    from described d
    cross join (values (false), (true)) bound (at_most)
    cross join lateral (select d.keys + 8 as exact, 8 * pg_catalog.ceil((8 + d.keys) / 8) as rounded) w
    cross join lateral (
        -- widths that vary are rounded by half a step on average, widths that do not are all rounded alike
        select case when not d.of_any_width then w.rounded when bound.at_most then greatest(w.exact + 3.5, w.rounded)
            else least(w.exact + 3.5, w.rounded) end as bytes
    ) whole
    where d.reason is null
),
grouped as (
    -- rows of equal keys: those with a null, with each of the most common values, and all others
    select t.*, case when t.indnatts = 1 then 16 else t.tuple end as group_tuple, t.keys_with_null as group_keys,
        t.nulls * t.row_count as group_rows
    from tuples t where t.nulls > 0
    union all
    select t.*, t.tuple, 1, common.share * t.statistics_rows
    from tuples t cross join lateral pg_catalog.unnest(t.most_common) common (share)
    union all
    select t.*, t.tuple, greatest(t.keys - coalesce(pg_catalog.cardinality(t.most_common), 0), 1),
        greatest(t.row_count * (1 - coalesce(t.nulls, 0))
            - t.statistics_rows * coalesce((select pg_catalog.sum(share) from pg_catalog.unnest(t.most_common) share), 0), 0)
    from tuples t
),
rebuilt as (
    select
        g.indexrelid, g.at_most,
        -- a page of its own for the root, and those above the leaves
        g.room_of_page, pg_catalog.max(g.tuple) as tuple,
        pg_catalog.sum(case
            when g.group_rows <= g.group_keys or not g.deduplicated or list.longest < 2 then g.group_rows * (4 + g.group_tuple)
            -- a key and the list of its rows, of 6 bytes each; a list may not be longer than a tenth of a page
            else g.group_keys * ((4 + g.group_tuple) * case when list.wanted > list.longest then list.wanted / list.longest + 0.5 else 1 end
                + least(list.wanted - 1, 1) * (6 * list.wanted + 3))
        end) as bytes
    from grouped g
    cross join lateral (
        select pg_catalog.floor((808 - g.group_tuple) / 6) as longest, g.group_rows / g.group_keys as wanted
    ) list
    group by g.indexrelid, g.at_most, g.room_of_page
),
pages as (
    select
        r.indexrelid, r.at_most,
        1 + pg_catalog.ceil(pg_catalog.ceil(r.bytes / r.room_of_page) * (1 + (4 + r.tuple) / 5700)) as pages
    from rebuilt r
)
select
    d.indexrelid, d.indrelid, d.bytes, d.row_count, d.reason,
    (pg_catalog.min(p.pages) * d.block_size)::bigint as at_least,
    (pg_catalog.max(p.pages) * d.block_size)::bigint as at_most
from described d
left join pages p using (indexrelid)
group by d.indexrelid, d.indrelid, d.bytes, d.row_count, d.reason, d.block_size;
