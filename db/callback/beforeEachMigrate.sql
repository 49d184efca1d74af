-- Runs before every migration, in the migration's own session: the time-outs, and the guard that the drops call.
-- Everything here is temporary and ends with the session; after a crash of the server, when its temporary schema is used again.

-- Flyway's lock belongs to this session or, by its default, to one that keeps a transaction open. Where it belongs to an
-- idle one, a connection pooler has given this migration another session than the lock: nothing that follows would be safe.
-- (The lock's number begins with 466C, the beginning of "Flyway".)
do $$ begin
    if (
        select not pg_catalog.bool_or(l.pid = pg_catalog.pg_backend_pid()) and pg_catalog.bool_or(a.state = 'idle')
        from pg_catalog.pg_locks l
        join pg_catalog.pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.classid::bigint in (x'466c'::int, x'466b'::int)
            and a.datname = pg_catalog.current_database()
    ) then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = 'This migration does not run in the session that holds Flyway''s lock: a connection pooler shares sessions (pool_mode=transaction)',
            hint = 'It was not run. Give Flyway the address of the server itself, not of the pooler, or of a pool with pool_mode=session.';
    end if;
end $$;

-- The locks of a partitioned index's drop last until its transaction ends. With flyway.group=true that would be after this
-- migration, and everybody would wait for it.
do $$ begin
    if pg_catalog.current_setting('dbopt.short_try', true) operator(pg_catalog.<>) '' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('This migration would run in the transaction that drops %s, and keep its table locked exclusively until it has ended',
                pg_catalog.current_setting('dbopt.short_try', true)),
            hint = 'Nothing was changed: the drop was rolled back too. Migrate with flyway.group=false.';
    end if;
end $$;

-- Transactional DDL gives up after 2 s: its lock request makes everyone queue behind it (and 2 s is above
-- deadlock_timeout, so that autovacuum yields first). A concurrent statement runs outside a transaction and blocks
-- nobody while it waits, so it may wait for minutes. A role's statement_timeout must not end a long drop or build.
-- A setting that is local to a transaction is still there in the next statement only inside a transaction.
do $$ begin perform pg_catalog.set_config('dbopt.in_transaction', 'yes', true); end $$;
do $$ begin
    perform
        pg_catalog.set_config('statement_timeout', '0', false),
        pg_catalog.set_config('lock_timeout',
            case pg_catalog.current_setting('dbopt.in_transaction', true) when 'yes' then '2s' else '${concurrentLockTimeout}' end,
            false);
end $$;

-- From PostgreSQL 17 on a role's transaction_timeout would end a long drop or build too, and the session with it.
do $$ begin
    perform pg_catalog.set_config(name, '0', false)
    from pg_catalog.pg_settings
    where name operator(pg_catalog.=) any (array['transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout']);
end $$;

-- When this client is killed or the connection lost, the server ends the statement within seconds. It would go on waiting,
-- holding Flyway's lock against the next run. (Not every platform of the server can watch its clients.)
do $$ begin
    perform pg_catalog.set_config('client_connection_check_interval', '2s', false);
exception
    when invalid_parameter_value then null;
end $$;

-- The settings on which the text of a definition depends are pinned in every function here that prints one.

-- What the index depends on beside its table, by names that hold in any database: functions, operators, operator classes,
-- types, collations. What belongs to PostgreSQL itself is not among it.
create or replace function pg_temp.dependencies(index_oid oid) returns text[]
    language sql stable
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
 as $$
    select array(
        select distinct pg_catalog.format('%s %s', object.type, object.identity) collate "C"
        from pg_catalog.pg_depend d
        cross join lateral pg_catalog.pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) object
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = index_oid and d.deptype in ('n', 'a', 'x')
            and d.refclassid <> 'pg_catalog.pg_constraint'::pg_catalog.regclass
            and not (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and d.refobjid = (select i.indrelid from pg_catalog.pg_index i where i.indexrelid = index_oid))
        order by 1
    )
$$;

-- How the index differs from what the undo script restores, beyond its definition: one row a difference.
create or replace function pg_temp.differences(
    index_oid oid, depends_on text[], tablespace text, comment text, statistics_targets text[]
) returns setof text
    language sql stable
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
 as $$
    select pg_catalog.format('its %s: %s; the undo script would restore: %s', property,
        coalesce(nullif(actual, ''), 'none'), coalesce(nullif(expected, ''), 'none'))
    from pg_catalog.pg_class c
    cross join lateral (values
        (1, 'dependencies', pg_catalog.array_to_string(pg_temp.dependencies(c.oid), ', '),
            pg_catalog.array_to_string(array(select d collate "C" from pg_catalog.unnest($2) d order by 1), ', ')),
        (2, 'tablespace',
            (select s.spcname::text from pg_catalog.pg_tablespace s where s.oid = c.reltablespace), $3),
        (3, 'comment', pg_catalog.obj_description(c.oid, 'pg_class'), $4),
        (4, 'statistics targets',
            pg_catalog.array_to_string(array(
                select pg_catalog.format('%s=%s', a.attnum, a.attstattarget)
                from pg_catalog.pg_attribute a
                where a.attrelid = c.oid and a.attstattarget >= 0 and exists (
                    select from pg_catalog.pg_index i where i.indexrelid = c.oid and i.indexprs is not null)
                order by a.attnum), ', '),
            pg_catalog.array_to_string($5, ', '))
    ) compared (position, property, actual, expected)
    where c.oid = $1 and coalesce(actual, '') <> coalesce(expected, '')
    order by position
$$;

-- The statement that makes the index where it is, in two: up to its table, and from the access method on. A partitioned one
-- is made ON ONLY its table.
create or replace function pg_temp.created_as(index_oid oid, out beginning text, out method text)
    language sql stable
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
 as $$
    select pg_catalog.left(shown.definition, shown.at), pg_catalog.substr(shown.definition, shown.at + 1,
            pg_catalog.length(shown.definition) - shown.at - pg_catalog.length(shown.predicate))
        || coalesce(' TABLESPACE ' || pg_catalog.quote_ident(b.spcname), '') || shown.predicate
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace
    left join pg_catalog.pg_tablespace b on b.oid = c.reltablespace
    cross join lateral (values (
        pg_catalog.pg_get_indexdef(i.indexrelid),
        pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s%I.%I ', case when i.indisunique then 'UNIQUE ' end, c.relname,
            case c.relkind when 'I' then 'ONLY ' end, n.nspname, t.relname)),
        coalesce(' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid), '')
    )) shown (definition, at, predicate)
    where i.indexrelid = index_oid
$$;

-- Why the text of the definition would not bring the same index back; empty if it would. The text is parsed as undo parses
-- it, on an empty temporary table with the same columns, and the trees are compared: names may resolve to other functions,
-- operators or casts than when the index was made. The temporary table is rolled back.
create or replace function pg_temp.why_not_restorable(index_oid oid) returns setof text
    language plpgsql
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
 as $$
declare
    columns text;
    copied text;
    beginning text;
    alike boolean;
    restored text;
    note constant text := ' :[a-z_]*(location|list_start|list_end|format) -?[0-9]+'; -- where and how it was written
begin
    if not exists (select from pg_catalog.pg_index i where i.indexrelid = index_oid and (i.indexprs is not null or i.indpred is not null)) then
        return;
    end if;
    select pg_catalog.format('CREATE %sINDEX %I ON %s%I.%I ', case when i.indisunique then 'UNIQUE ' else '' end, c.relname,
            case c.relkind when 'I' then 'ONLY ' end, n.nspname, t.relname),
        pg_catalog.format('pg_temp.%I', t.relname),
        (
            -- a dropped column keeps its number
            select pg_catalog.string_agg(
                case when a.attisdropped then pg_catalog.format('%I int', '........dropped.' || a.attnum)
                else pg_catalog.format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                    (select pg_catalog.format(' collate %I.%I', s.nspname, l.collname)
                    from pg_catalog.pg_collation l join pg_catalog.pg_namespace s on s.oid = l.collnamespace
                    where l.oid = a.attcollation)) end, ', ' order by a.attnum)
            from pg_catalog.pg_attribute a
            where a.attrelid = t.oid and a.attnum > 0
        )
    into beginning, copied, columns
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace
    where i.indexrelid = index_oid;
    begin
        if not pg_catalog.starts_with(pg_catalog.pg_get_indexdef(index_oid), beginning) then
            raise exception 'its definition does not begin with %', beginning;
        end if;
        execute pg_catalog.format('create temporary table %s (%s) on commit drop', copied, columns);
        execute pg_catalog.format('create index on %s %s', copied,
            pg_catalog.substr(pg_catalog.pg_get_indexdef(index_oid), pg_catalog.length(beginning) + 1));
        select pg_catalog.regexp_replace(coalesce(i.indexprs::text, ''), note, '', 'g')
                = pg_catalog.regexp_replace(coalesce(r.indexprs::text, ''), note, '', 'g')
            and pg_catalog.regexp_replace(coalesce(i.indpred::text, ''), note, '', 'g')
                = pg_catalog.regexp_replace(coalesce(r.indpred::text, ''), note, '', 'g')
            and i.indkey::text = r.indkey::text and i.indclass::text = r.indclass::text
            and i.indcollation::text = r.indcollation::text and i.indoption::text = r.indoption::text,
            pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(r.indexrelid), '^.*? USING ', 'USING ')
        into strict alike, restored
        from pg_catalog.pg_index i
        join pg_catalog.pg_index r on r.indrelid = pg_catalog.to_regclass(copied)
        where i.indexrelid = index_oid;
        raise exception using errcode = 'DB001', message = 'taken back';
    exception
        when sqlstate 'DB001' then null;
        when others then
            return next pg_catalog.format('whether its definition would bring the same index back is unknown: %s', sqlerrm);
            return;
    end;
    if not alike then
        return next pg_catalog.format(
            'its definition would not bring the same index back: a function, an operator or a cast in it now means another, or is written differently (%s)',
            restored);
    end if;
end
$$;

-- Why the candidate is not made unnecessary by the keeper: one row a reason, none if it is proven redundant.
-- The rule: a lookup through the keeper finds what a lookup through the candidate finds, in the same order, with the
-- same columns at hand (https://www.postgresql.org/docs/current/indexes-multicolumn.html), and nothing else in the
-- catalog depends on the candidate. It is the audit's text (db/audit/redundant_indexes.sql), and it decides; what follows it
-- only finds the words. What an interrupted drop has left of the candidate may be dropped too.
-- accepted is the code of one difference (db/audit/needs_review.sql) that somebody has judged to be harmless: then the rule
-- is asked of the candidate as it would be without that difference, and whatever else is in the way stays in the way. With
-- partitioned it is asked of a partitioned index or one part of it, which go all together (why_not_whole).
create or replace function pg_temp.why_not_redundant(candidate oid, keeper oid, accepted text default null) returns setof text
    language sql stable set search_path = ''
as $$
    with
    -- begin redundancy rule: description
    extension_members as (
        select d.objid
        from pg_catalog.pg_depend d
        where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
            and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
    ),
    -- The tables that Citus divides among nodes, and their shards: what one node counts, measures and locks is not the whole of
    -- them. Its catalog is asked by way of ts_stat, since a query may not name a table that is not there.
    sharded_tables as materialized (
        -- begin rule of shards
        select s.word::oid as oid
        from pg_catalog.ts_stat(case when exists (select from pg_catalog.pg_extension x where x.extname = 'citus') then $citus$
            select p.logicalrelid::oid::text::pg_catalog.tsvector from pg_catalog.pg_dist_partition p
            union all
            -- a shard is named as its table, with its number
            select c.oid::text::pg_catalog.tsvector
            from pg_catalog.pg_dist_shard d
            join pg_catalog.pg_class t on t.oid = d.logicalrelid
            cross join lateral (
                select name.part
                from pg_catalog.unnest(pg_catalog.parse_ident(pg_catalog.shard_name(d.logicalrelid, d.shardid)))
                    with ordinality name (part, position)
                order by name.position desc
                limit 1
            ) shard
            join pg_catalog.pg_class c on c.relnamespace = t.relnamespace and c.relname = shard.part
        $citus$ else 'select ''''::pg_catalog.tsvector where false' end) s
        -- end rule of shards
    ),
    described as materialized (
        select
            i.indexrelid, i.indrelid, n.nspname, t.relname as table_name, c.relname as index_name, c.relkind,
            i.indnkeyatts, i.indnatts, i.indkey[0] as first_column, i.indkey::int2[] as columns, i.indclass::oid[] as classes,
            i.indcollation::oid[] as collations, i.indoption::int2[] as directions,
            -- the parameters of operator classes, such as siglen
            array(
                select a.attnum || ' ' || a.attoptions::text
                from pg_catalog.pg_attribute a
                where a.attrelid = i.indexrelid and a.attoptions is not null
                order by a.attnum
            ) as parameters,
            -- Expressions as the server has them parsed, with the functions, operators and types that they call: texts look
            -- alike where these differ. Without what it ignores itself when it compares them: where in the statement they
            -- stood, and whether a cast was written out (after a dump is restored, each is).
            coalesce(pg_catalog.regexp_replace(i.indexprs::text,
                ' :(?:location|(?:func|relabel|coerce|coercion|convert|row_)format) -?[0-9]+', '', 'g'), '') as expressions,
            coalesce(pg_catalog.regexp_replace(i.indpred::text,
                ' :(?:location|(?:func|relabel|coerce|coercion|convert|row_)format) -?[0-9]+', '', 'g'), '') as predicate,
            -- the storage options that change what the index does, not only how full its pages are
            case when c.reloptions is not null then
                array(
                    select setting
                    from pg_catalog.unnest(c.reloptions) setting
                    where setting !~ '^(fillfactor|deduplicate_items)='
                    order by setting
                )
            else '{}' end as options,
            am.amname = 'btree' as is_btree,
            -- where the columns begin that an index-only scan can give back: a btree gives back its keys too
            case am.amname when 'btree' then 0 else i.indnkeyatts end as first_returned,
            i.indcheckxmin, state.is_usable, state.is_leftover, state.is_own,
            state.is_usable and not state.is_leftover and not i.indcheckxmin as can_keep,
            -- it can be dropped by itself, concurrently: a partitioned index is dropped with its parts, and no part without it
            state.is_own and c.relkind = 'i' as is_single,
            -- nothing else in the catalog depends on it: no uniqueness (which a replica identity has), no order of CLUSTER, no constraint
            not i.indisunique and not i.indisclustered
                and not exists (
                    select from pg_catalog.pg_constraint k where k.conrelid = i.indrelid and k.conindid = i.indexrelid
                ) as is_free
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_class t on t.oid = i.indrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_am am on am.oid = c.relam
        cross join lateral (values (
            i.indisvalid and i.indisready and i.indislive,
            -- by its name, of REINDEX CONCURRENTLY
            c.relname ~ '_cc(new|old)[0-9]*$',
            -- whether it stands for itself: no part of a partitioned index, on no table of an extension, of the system, of a
            -- session (pg_temp_3) or of several nodes
            not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                and i.indrelid not in (select e.objid from extension_members e)
                and i.indrelid not in (select s.oid from sharded_tables s)
        )) state (is_usable, is_leftover, is_own)
    -- end redundancy rule: description
        where i.indexrelid in ($1, $2)
    ),
    -- operator classes of another name with the same operators, each with the one that stands for all of them
    same_classes as (
        select o.oid, pg_catalog.first_value(o.oid) over (
            partition by o.opcmethod, o.opcfamily, o.opcintype, o.opckeytype order by o.opcdefault desc, o.oid) as plain
        from pg_catalog.pg_opclass o
    ),
    -- operator classes that a btree's default one serves for: those for LIKE 'x%' but for LIKE, those of a hash if each of
    -- their operators is the equality of the btree (strategy 3)
    other_classes as (
        select other.oid, plain.oid as plain, m.amname
        from pg_catalog.pg_opclass other
        join pg_catalog.pg_am m on m.oid = other.opcmethod
        join pg_catalog.pg_opclass plain on plain.opcintype = other.opcintype and plain.opcdefault
        join pg_catalog.pg_am b on b.oid = plain.opcmethod and b.amname = 'btree'
        where m.amname = 'btree' and other.opcname like '%\_pattern\_ops'
            or m.amname = 'hash' and not exists (
                select from pg_catalog.pg_amop o
                where o.amopfamily = other.opcfamily and not exists (
                    select from pg_catalog.pg_amop e
                    where e.amopfamily = plain.opcfamily and e.amopopr = o.amopopr and e.amopstrategy = 3))
    ),
    keys as (
        select c.classes[position] as class, k.classes[position] as keeper_class
        from described c
        cross join described k
        cross join lateral pg_catalog.generate_series(0, c.indnkeyatts - 1) position
        where c.indexrelid = $1 and k.indexrelid = $2
    ),
    -- whether the two differ as the code says
    difference as (
        select c.indexrelid, k.classes, k.directions, k.options, k.predicate,
            case $3
                when 'unique_copy' then ci.indisunique and t.relkind <> 'm'
                    and ki.indisunique and ki.indimmediate and k.indnkeyatts = c.indnkeyatts
                    -- PostgreSQL 14 has no such column
                    and coalesce(pg_catalog.to_jsonb(ki) ->> 'indnullsnotdistinct', 'false')
                        = coalesce(pg_catalog.to_jsonb(ci) ->> 'indnullsnotdistinct', 'false')
                when 'operator_class' then c.is_btree and exists (select from keys join other_classes o on o.oid = keys.class) and not exists (
                    select from keys
                    join same_classes s on s.oid = keys.class
                    join same_classes ks on ks.oid = keys.keeper_class
                    left join other_classes o on o.oid = keys.class
                    where coalesce(o.plain, s.plain) <> ks.plain)
                when 'equal_operator_class' then not exists (
                    select from keys
                    join same_classes s on s.oid = keys.class
                    join same_classes ks on ks.oid = keys.keeper_class
                    where s.plain <> ks.plain)
                when 'hash' then k.is_btree and exists (
                    select from keys join other_classes o on o.oid = keys.class and o.plain = keys.keeper_class and o.amname = 'hash')
                when 'reversed_order' then not exists (
                    -- descending and nulls first are one bit each
                    select from pg_catalog.generate_series(0, c.indnkeyatts - 1) position
                    where c.directions[position] # 3 <> k.directions[position])
                when 'partial' then k.predicate = '' and not exists (
                    -- a column of the predicate that the keeper lacks, or the whole row
                    select from pg_catalog.regexp_matches(c.predicate, ':varattno (-?[0-9]+)', 'g') attribute
                    where attribute[1]::int2 <= 0 or attribute[1]::int2 <> all (k.columns))
                when 'storage_options' then true
                else false
            end as is_accepted
        from described c
        cross join described k
        join pg_catalog.pg_index ci on ci.indexrelid = c.indexrelid
        join pg_catalog.pg_index ki on ki.indexrelid = k.indexrelid
        join pg_catalog.pg_class t on t.oid = c.indrelid
        where c.indexrelid = $1 and k.indexrelid = $2
    ),
    -- the candidate without the accepted difference
    judged as (
        select d.indexrelid, d.indrelid, d.nspname, d.table_name, d.index_name, d.relkind, d.indnkeyatts, d.indnatts, d.first_column,
            d.columns, d.collations, d.parameters, d.expressions, d.is_btree, d.first_returned, d.indcheckxmin, d.is_usable,
            d.is_leftover, d.is_own, d.can_keep,
            case when a.code in ('operator_class', 'equal_operator_class', 'hash') then a.classes else d.classes end as classes,
            case when a.code in ('reversed_order', 'hash') then a.directions else d.directions end as directions,
            case a.code when 'partial' then a.predicate else d.predicate end as predicate,
            case a.code when 'storage_options' then a.options else d.options end as options,
            d.is_single,
            case a.code when 'unique_copy' then not i.indisclustered and not i.indisreplident
                    and not exists (select from pg_catalog.pg_constraint k where k.conindid = d.indexrelid)
                else d.is_free end as is_free,
            a.code
        from described d
        join pg_catalog.pg_index i on i.indexrelid = d.indexrelid
        left join (select f.*, case when f.is_accepted then $3 end as code from difference f) a on a.indexrelid = d.indexrelid
    ),
    proven as (
        select
        from judged candidate
        join described keeper on
            -- begin redundancy rule: comparison
            keeper.indrelid = candidate.indrelid and keeper.indexrelid <> candidate.indexrelid
            -- follows from the columns, and makes the join quick
            and keeper.first_column = candidate.first_column
            -- the leading keys of a btree serve as an index of their own
            and (keeper.indnkeyatts = candidate.indnkeyatts or keeper.indnkeyatts > candidate.indnkeyatts and keeper.is_btree)
            and keeper.columns[0:candidate.indnkeyatts - 1] = candidate.columns[0:candidate.indnkeyatts - 1]
            and keeper.collations[0:candidate.indnkeyatts - 1] = candidate.collations[0:candidate.indnkeyatts - 1]
            and keeper.parameters = candidate.parameters
            -- lists in parentheses: the keeper's begins with the candidate's, but for its closing one
            and pg_catalog.starts_with(keeper.expressions, pg_catalog.left(candidate.expressions, -1))
            and candidate.columns[candidate.indnkeyatts:candidate.indnatts - 1]
                <@ keeper.columns[keeper.first_returned:keeper.indnatts - 1]
            -- end redundancy rule: comparison
        where candidate.indexrelid = $1 and keeper.indexrelid = $2 and (candidate.is_single or $3 = 'partitioned')
            -- begin redundancy rule: proof
            and candidate.is_free and keeper.can_keep
            -- an operator class belongs to one access method, so this is the same too
            and keeper.classes[0:candidate.indnkeyatts - 1] = candidate.classes[0:candidate.indnkeyatts - 1]
            and keeper.directions[0:candidate.indnkeyatts - 1] = candidate.directions[0:candidate.indnkeyatts - 1]
            and keeper.predicate = candidate.predicate
            and keeper.options = candidate.options
            -- end redundancy rule: proof
    ),
    named as (
        select d.*, i.indisunique and d.code is distinct from 'unique_copy' as indisunique, i.indisreplident, i.indisclustered, i.indpred,
            c.relispartition, c.relpersistence, case d.code when 'hash' then 'btree' else am.amname end as amname,
            pg_catalog.format('%I.%I', d.nspname, d.index_name) as name
        from judged d
        join pg_catalog.pg_index i on i.indexrelid = d.indexrelid
        join pg_catalog.pg_class c on c.oid = d.indexrelid
        join pg_catalog.pg_am am on am.oid = c.relam
    ),
    pair as (
        select c as candidate, k as keeper,
            c.indrelid = k.indrelid and c.amname = k.amname and c.indnkeyatts <= k.indnkeyatts as comparable,
            not pg_catalog.starts_with(k.expressions, pg_catalog.left(c.expressions, -1)) as other_expressions
        from named c cross join named k
        where c.indexrelid = $1 and k.indexrelid = $2 and not exists (select from proven)
    ),
    leading_keys as (
        select key.*,
            (p.candidate).columns[position - 1] <> (p.keeper).columns[position - 1]
                or p.other_expressions and key.column_name <> pg_catalog.pg_get_indexdef((p.keeper).indexrelid, position, true)
                as another_column,
            (p.candidate).classes[position - 1] <> (p.keeper).classes[position - 1]
                or key.parameters is distinct from (
                    select a.attoptions from pg_catalog.pg_attribute a
                    where a.attrelid = (p.keeper).indexrelid and a.attnum = position) as another_class,
            (p.candidate).collations[position - 1] <> (p.keeper).collations[position - 1] as another_collation,
            (p.candidate).directions[position - 1] <> (p.keeper).directions[position - 1] as another_order
        from pair p
        cross join lateral (
            select a.attnum::int as position, pg_catalog.pg_get_indexdef(a.attrelid, a.attnum, true) as column_name, a.attoptions as parameters
            from pg_catalog.pg_attribute a
            where a.attrelid = (p.candidate).indexrelid and a.attnum <= (p.candidate).indnkeyatts
        ) key
        where p.comparable
    ),
    reasons as (
        select reason
        from pair p
        cross join lateral (values
            -- the keeper must be able to serve
            ((p.candidate).indexrelid = (p.keeper).indexrelid, 'it is named as its own keeper'),
            ((p.candidate).indrelid <> (p.keeper).indrelid, pg_catalog.format('%s is on another table', (p.keeper).name)),
            (not (p.keeper).is_usable,
                pg_catalog.format('%s is not valid: repair it with REINDEX INDEX CONCURRENTLY %1$s', (p.keeper).name)),
            ((p.keeper).is_leftover,
                pg_catalog.format('%s is, by its name, a leftover of REINDEX CONCURRENTLY, to be dropped itself', (p.keeper).name)),
            ((p.keeper).indcheckxmin,
                pg_catalog.format('%s may not serve older transactions yet (indcheckxmin): REINDEX INDEX CONCURRENTLY %1$s settles it',
                    (p.keeper).name)),
            ((p.candidate).amname <> (p.keeper).amname,
                pg_catalog.format('it is a %s index, %s a %s index', (p.candidate).amname, (p.keeper).name, (p.keeper).amname)),
            ((p.candidate).indnkeyatts > (p.keeper).indnkeyatts, pg_catalog.format('%s has fewer key columns', (p.keeper).name)),
            ((p.candidate).indnkeyatts < (p.keeper).indnkeyatts and not (p.keeper).is_btree,
                pg_catalog.format('the leading columns of a %s index do not serve as an index of their own', (p.keeper).amname)),
            ((p.candidate).predicate <> (p.keeper).predicate,
                pg_catalog.format(
                    case when $3 = 'partial' and (p.keeper).predicate = ''
                        then '%s lacks a column of its predicate, so it reads rows that it leaves out'
                    when pg_catalog.pg_get_expr((p.candidate).indpred, (p.candidate).indrelid)
                            = pg_catalog.pg_get_expr((p.keeper).indpred, (p.keeper).indrelid)
                        then '%s has a predicate that reads the same, but stands for another function, operator, cast or constant'
                        else '%s has another predicate' end, (p.keeper).name)),
            ((p.candidate).options <> (p.keeper).options, pg_catalog.format('%s has other storage options', (p.keeper).name)),
            -- columns that ride along for index-only scans; a btree gives back its key columns too
            ((p.candidate).indrelid = (p.keeper).indrelid
                and not (p.candidate).columns[(p.candidate).indnkeyatts:(p.candidate).indnatts - 1]
                    <@ (p.keeper).columns[(p.keeper).first_returned:(p.keeper).indnatts - 1],
                pg_catalog.format('%s lacks a column that it INCLUDEs', (p.keeper).name)),
            -- nothing else may depend on the candidate
            ((p.candidate).indisunique, case when $3 is distinct from 'unique_copy'
                then 'it is unique: its uniqueness or its name may be needed (ON CONFLICT, error handling), which the catalog cannot tell'
                when exists (select from pg_catalog.pg_class t where t.oid = (p.candidate).indrelid and t.relkind = 'm')
                then 'it is unique, and REFRESH MATERIALIZED VIEW CONCURRENTLY may need it'
                else pg_catalog.format('it is unique, and %s does not enforce the same at once', (p.keeper).name) end),
            ((p.candidate).indisreplident, 'it is the replica identity of its table: logical replication would lose UPDATE and DELETE'),
            ((p.candidate).indisclustered, 'its table is clustered on it: CLUSTER would fail'),
            ((p.candidate).relispartition and $3 is distinct from 'partitioned', 'it belongs to a partitioned index'),
            ((p.candidate).relkind = 'I' and $3 is distinct from 'partitioned', 'it is the index of a partitioned table: it cannot be dropped concurrently'),
            ((p.candidate).relpersistence = 't', 'it is on a temporary table'),
            ((p.candidate).relpersistence <> 't' and ((p.candidate).nspname ~ '^pg_' or (p.candidate).nspname = 'information_schema'),
                'it is on a system table'),
            (exists (
                select from pg_catalog.pg_depend d
                where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
                    and d.objid = (p.candidate).indrelid),
                'it belongs to an extension'),
            ((p.candidate).indrelid in (select s.oid from sharded_tables s),
                'Citus divides its table among nodes: a drop would lock every shard, and this node does not know whether the others need it')
        ) rule (applies, reason)
        where applies
        union all
        select pg_catalog.format('%s %s %s', case k.contype when 'f' then 'the foreign key' else 'the constraint' end,
            pg_catalog.quote_ident(k.conname),
            case k.contype when 'f'
                then pg_catalog.format('of %s depends on it', k.conrelid::pg_catalog.regclass) else 'needs it' end)
        from pair p
        join pg_catalog.pg_constraint k on k.conindid = (p.candidate).indexrelid
        union all
        select pg_catalog.format('key %s, %s, differs in the keeper: another %s', position, column_name, difference)
        from leading_keys
        cross join lateral (values
            (another_column, 'column or expression'),
            (another_class and not another_column, 'operator class'),
            (another_collation and not another_column, 'collation'),
            (another_order and not another_column, 'sort order')
        ) comparison (differs, difference)
        where differs
        union all
        select pg_catalog.format(
            'its expressions read like those of %s, but stand for another function, operator, cast or constant', (p.keeper).name)
        from pair p
        where p.comparable and p.other_expressions and not exists (select from leading_keys where another_column)
    )
    select reason from reasons
    union all
    -- so that no difference passes without being described
    select pg_catalog.format('%s differs from it in a way that this message cannot describe: please report it', (p.keeper).name)
    from pair p
    where not exists (select from reasons)
$$;

-- The partitioned index itself, its parts and theirs.
create or replace function pg_temp.members_of(whole oid)
    returns table (indexrelid oid, indrelid oid, table_name text, name text, relkind "char")
    language sql stable set search_path = ''
as $$
    with recursive tree (indexrelid) as (
        values (whole)
        union all
        select h.inhrelid from tree join pg_catalog.pg_inherits h on h.inhparent = tree.indexrelid
    )
    select tree.indexrelid, i.indrelid, pg_catalog.format('%I.%I', n.nspname, t.relname),
        pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind
    from tree
    join pg_catalog.pg_index i on i.indexrelid = tree.indexrelid
    join pg_catalog.pg_class c on c.oid = tree.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace
$$;

-- Why the undo script would not bring the partitioned index back as a whole, or its drop cannot be done: one row a reason.
-- parts are the statements of the undo script that make it and its parts; a part that is not among them, of a partition that
-- came later, is made as the server makes it itself.
create or replace function pg_temp.why_not_whole_again(whole oid, parts text[]) returns setof text
    language sql stable set search_path = ''
as $$
    with compared as materialized (
        select p.*, made.method, listed.statement, made.beginning || made.method as actual, array(
                select a.attnum || ' ' || a.attstattarget
                from pg_catalog.pg_attribute a
                join pg_catalog.pg_index i on i.indexrelid = a.attrelid and i.indexprs is not null
                where a.attrelid = p.indexrelid and a.attstattarget >= 0
                order by a.attnum
            ) as targets
        from pg_temp.members_of($1) p
        cross join lateral pg_temp.created_as(p.indexrelid) made
        left join lateral (
            select s.statement from pg_catalog.unnest($2) s (statement)
            where pg_catalog.strpos(s.statement, pg_catalog.format(' ON %s%s USING ',
                case p.relkind when 'I' then 'ONLY ' end, p.table_name)) > 0
            limit 1
        ) listed on true
    ),
    locks as (
        -- the server's room for locks, and how many of them are taken
        select 2 * (select count(*) from compared) as needed,
            pg_catalog.current_setting('max_locks_per_transaction')::bigint
                * (pg_catalog.current_setting('max_connections')::bigint + pg_catalog.current_setting('max_prepared_transactions')::bigint)
                - (select count(*) from pg_catalog.pg_locks l where not l.fastpath) as free
    ),
    reasons as (
        select c.table_name, pg_catalog.format('its part %s is %s, but the undo script would restore %s', c.name, c.actual, c.statement) as reason
        from compared c
        where c.statement <> c.actual
        union all
        select c.table_name, pg_catalog.format('its part %s, which the undo script does not know, is made with %s, the others with %s',
            c.name, c.method, r.method)
        from compared c
        join compared r on r.indexrelid = $1
        where c.statement is null and c.method <> r.method
        union all
        select c.table_name, pg_catalog.format('its part %s has a comment of its own, which the undo script would not restore', c.name)
        from compared c
        where c.indexrelid <> $1 and pg_catalog.obj_description(c.indexrelid, 'pg_class') is not null
        union all
        -- set for the whole index they are set for each part
        select c.table_name, pg_catalog.format('its part %s has other statistics targets than the whole, which the undo script would not restore', c.name)
        from compared c
        join compared r on r.indexrelid = $1
        where c.targets <> r.targets
        union all
        select '', pg_catalog.format(
            'its drop takes %s locks at once, but the server has room for only %s more: raise max_locks_per_transaction (%s)',
            l.needed, l.free, pg_catalog.current_setting('max_locks_per_transaction'))
        from locks l
        where l.needed > l.free
    )
    select reason from reasons order by table_name, reason
$$;

-- Why the partitioned index is not made unnecessary by the keeper as a whole, each part beside its keeper's part: one row a
-- reason.
create or replace function pg_temp.why_not_whole(candidate oid, keeper oid) returns setof text
    language sql stable set search_path = ''
as $$
    with compared as materialized (
        select p.*, k.indexrelid as keeper_part
        from pg_temp.members_of($1) p
        left join pg_temp.members_of($2) k on k.indrelid = p.indrelid
    ),
    reasons as (
        select c.indexrelid <> $1 as is_part, c.table_name,
            case when c.indexrelid = $1 then w.reason else pg_catalog.format('its part on %s: %s', c.table_name, w.reason) end as reason
        from compared c
        cross join lateral pg_temp.why_not_redundant(c.indexrelid, c.keeper_part, 'partitioned') w (reason)
        union all
        select true, c.table_name, pg_catalog.format('the keeper has no part on %s', c.table_name)
        from compared c
        where c.keeper_part is null
        union all
        select true, c.table_name, pg_catalog.format('the partition %s is a foreign table, which has no part: the index could not be rebuilt part by part',
            h.inhrelid::pg_catalog.regclass)
        from compared c
        join pg_catalog.pg_inherits h on h.inhparent = c.indrelid
        join pg_catalog.pg_class t on t.oid = h.inhrelid and t.relkind = 'f'
    )
    select reason from reasons order by is_part, table_name, reason
$$;

-- What comes before the drop of a partitioned index. In the short time that the drop waits for each lock autovacuum does not
-- yield (it does after deadlock_timeout), and it may be at work on a partition for hours. So the table and its partitions are
-- locked first in a mode that autovacuum yields to and that no reader and no writer waits for; then it cannot begin again.
create or replace function pg_temp.begin_short_try(index_name text) returns void
    language plpgsql set search_path = ''
as $$
declare
    its_table regclass := (select i.indrelid from pg_catalog.pg_index i where i.indexrelid = pg_catalog.to_regclass(index_name));
begin
    if pg_catalog.current_setting('dbopt.in_transaction', true) is distinct from 'yes' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('%s is to be dropped outside a transaction, where the time-outs of its short try do not hold', index_name),
            hint = 'Nothing was changed. Let the migration run in a transaction (executeInTransaction=true), and migrate again.';
    end if;
    perform pg_catalog.set_config('dbopt.short_try', index_name, true);
    if its_table is not null then
        execute pg_catalog.format('lock table %s in share update exclusive mode', its_table);
    end if;
end
$$;

-- Stops the migration unless the index is proven redundant now: its keeper makes it unnecessary, and its definition is
-- the one that the undo script restores. Passes when the index is already gone or is what an interrupted drop left.
-- copies are further indexes of the same definition, known when the script was written: they were not renamed.
-- accepting is the code of one difference that somebody has judged to be harmless, for the reason in because. What the database
-- itself needs the index for cannot be accepted: a constraint, a foreign key, the replica identity, clustering.
-- parts are given of a partitioned index: it is proven on every partition.
create or replace function pg_temp.assert_redundant(
    index_name text, covered_by text, definition text, depends_on text[] default '{}', tablespace text default null,
    comment text default null, statistics_targets text[] default '{}', copies text[] default '{}',
    accepting text default null, because text default null, parts text[] default null
) returns void
    language plpgsql
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
as $$
declare
    candidate oid := pg_catalog.to_regclass(index_name);
    keeper oid := pg_catalog.to_regclass(covered_by);
    reasons text[] := '{}';
begin
    if accepting <> all (array['unique_copy', 'operator_class', 'equal_operator_class', 'hash', 'reversed_order', 'partial', 'storage_options'])
        or accepting is not null and coalesce(pg_catalog.btrim(because, E' \t\r\n'), '') = ''
    then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = case when pg_catalog.btrim(because, E' \t\r\n') <> '' then
                    pg_catalog.format('%s is not a difference that can be accepted, so %s was not dropped', accepting, index_name)
                else pg_catalog.format('No reason is given for accepting %s (because), so %s was not dropped', accepting, index_name) end,
            hint = 'Nothing was changed. These can be: unique_copy, operator_class, equal_operator_class, hash, reversed_order, partial, '
                'storage_options.';
    end if;
    if candidate is null then
        perform pg_temp.assert_keeper(covered_by);
        perform pg_temp.assert_no_twin(index_name, definition, copies || covered_by);
        return;
    end if;
    if not exists (select from pg_catalog.pg_index where indexrelid = candidate) then
        reasons := reasons || pg_catalog.format('%s is not an index', index_name);
    elsif pg_catalog.pg_get_indexdef(candidate) <> definition then
        reasons := reasons || pg_catalog.format(
            'its definition is %s, but the undo script would restore %s', pg_catalog.pg_get_indexdef(candidate), definition);
    end if;
    if exists (select from pg_catalog.pg_index where indexrelid = candidate) then
        reasons := reasons
            || array(select pg_temp.differences(candidate, depends_on, tablespace, comment, statistics_targets))
            || array(select pg_temp.why_not_restorable(candidate));
        if parts is not null then
            reasons := reasons || array(select pg_temp.why_not_whole_again(candidate, parts));
        end if;
    end if;
    if keeper is null then
        reasons := reasons || pg_catalog.format('its keeper %s does not exist', covered_by);
    elsif not exists (select from pg_catalog.pg_index where indexrelid = keeper) then
        reasons := reasons || pg_catalog.format('its keeper %s is not an index', covered_by);
    elsif parts is not null then
        reasons := reasons || array(select pg_temp.why_not_whole(candidate, keeper));
    else
        reasons := reasons || array(select pg_temp.why_not_redundant(candidate, keeper, accepting));
    end if;
    if reasons <> '{}' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format(case when accepting is null then '%s is not proven redundant, so it was not dropped'
                else '%s is not redundant but for what was accepted (%s), so it was not dropped' end, index_name, accepting),
            detail = pg_catalog.array_to_string(reasons, E'\n'),
            hint = 'Nothing was changed. Look at both indexes (\d on the table); keep this one, or repair the keeper, and migrate again.';
    end if;
end
$$;

-- Why no counter may decide about the index: it works without being scanned, or cannot be dropped. No row if one may. It is the
-- audit's text (db/audit/observed_indexes.sql).
create or replace function pg_temp.why_not_by_counters(index_oid oid) returns table (code text, reason text)
    language sql stable set search_path = ''
as $$
    select found.code, found.reason
    from (
        -- begin rule of counters
        with rule_members as (
            select d.objid
            from pg_catalog.pg_depend d
            where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
        ),
        rule_shards as materialized (
            -- begin rule of shards
            select s.word::oid as oid
            from pg_catalog.ts_stat(case when exists (select from pg_catalog.pg_extension x where x.extname = 'citus') then $citus$
                select p.logicalrelid::oid::text::pg_catalog.tsvector from pg_catalog.pg_dist_partition p
                union all
                -- a shard is named as its table, with its number
                select c.oid::text::pg_catalog.tsvector
                from pg_catalog.pg_dist_shard d
                join pg_catalog.pg_class t on t.oid = d.logicalrelid
                cross join lateral (
                    select name.part
                    from pg_catalog.unnest(pg_catalog.parse_ident(pg_catalog.shard_name(d.logicalrelid, d.shardid)))
                        with ordinality name (part, position)
                    order by name.position desc
                    limit 1
                ) shard
                join pg_catalog.pg_class c on c.relnamespace = t.relnamespace and c.relname = shard.part
            $citus$ else 'select ''''::pg_catalog.tsvector where false' end) s
            -- end rule of shards
        )
        select distinct on (i.indexrelid) i.indexrelid, rule.code, rule.reason
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_am am on am.oid = c.relam
        left join lateral (
            -- the foreign keys whose columns lead this index and no other that can serve them
            select pg_catalog.string_agg(pg_catalog.quote_ident(k.conname), ', ' order by k.conname) as names
            from pg_catalog.pg_constraint k
            where k.conrelid = i.indrelid and k.contype = 'f' and i.indpred is null and am.amname in ('btree', 'hash')
                and (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey
                and pg_catalog.cardinality(k.conkey) <= i.indnkeyatts
                and not exists (
                    select from pg_catalog.pg_index other
                    join pg_catalog.pg_class other_class on other_class.oid = other.indexrelid
                    join pg_catalog.pg_am other_am on other_am.oid = other_class.relam and other_am.amname in ('btree', 'hash')
                    where other.indrelid = i.indrelid and other.indexrelid <> i.indexrelid and other.indpred is null
                        and other.indisvalid and other.indisready and other.indislive
                        and (other.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey
                        and pg_catalog.cardinality(k.conkey) <= other.indnkeyatts
                )
        ) foreign_keys on true
        cross join lateral (values
            (0, 'sharded', i.indrelid in (select s.oid from rule_shards s),
                'Citus divides its table among nodes, and each counts the scans of its own shards'),
            (1, 'extension', i.indrelid in (select e.objid from rule_members e) or i.indexrelid in (select e.objid from rule_members e),
                'it belongs to an extension'),
            (2, 'partitioned', c.relkind = 'I' and exists (
                select from pg_catalog.pg_inherits h
                join pg_catalog.pg_class f on f.oid = h.inhrelid and f.relkind = 'f'
                where h.inhparent = i.indrelid
            ), 'a foreign table among the partitions has no part of an index: without one it could not be rebuilt part by part while others write'),
            (3, 'constraint', i.indexrelid in (select k.conindid from pg_catalog.pg_constraint k),
                'a constraint depends on it, whether it is scanned or not'),
            (4, 'replica_identity', i.indisreplident,
                'it is the replica identity of its table: logical replication would lose UPDATE and DELETE'),
            (5, 'clustered', i.indisclustered, 'its table is clustered on it: CLUSTER would fail'),
            (6, 'unique', i.indisunique, 'it is unique: it keeps duplicates out without being scanned'),
            (7, 'invalid', not (i.indisvalid and i.indisready and i.indislive), 'it is not valid, so no query can use it'),
            (8, 'supports_foreign_key', foreign_keys.names is not null,
                pg_catalog.format('it alone leads with the columns of the foreign key %s: a DELETE or UPDATE of the table that it refers to, '
                    'however rare, would read the whole table', foreign_keys.names)),
            -- of a partial index the planner takes no statistics
            (9, 'expression', i.indexprs is not null and i.indpred is null,
                'the planner has statistics of its expressions from it, for queries that never scan it: CREATE STATISTICS on them first')
        ) rule (position, code, applies, reason)
        where rule.applies
        order by i.indexrelid, rule.position
        -- end rule of counters
    ) found
    where found.indexrelid = $1
$$;

-- Stops the migration unless the counters still say what they said when the index was found to be unused: they are the same
-- ones, none has moved, and that was at most valid_for ago. It sees this server alone; its standbys count their own scans.
-- Passes when the index is already gone. In another database than the one that was observed (observed is the cluster's
-- system identifier and the name of the database), such as one for tests, the evidence says nothing: there the index goes
-- if nothing was ever scanned by it. The planner has statistics of an expression index's expressions: expression_statistics
-- names what the migration makes in their place before the drop, one for each expression, in their order. parts are given of a
-- partitioned index: the scans are those of all its parts, and nothing may be in the way of any of them.
create or replace function pg_temp.assert_unused(
    index_name text, definition text, scans bigint, as_of timestamptz, counted_since timestamptz, observed text,
    depends_on text[] default '{}', tablespace text default null, comment text default null,
    statistics_targets text[] default '{}', copies text[] default '{}', valid_for interval default '7 days',
    expression_statistics text[] default '{}', parts text[] default null
) returns void
    language plpgsql
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
as $$
declare
    candidate oid := pg_catalog.to_regclass(index_name);
    here constant text := (select c.system_identifier from pg_catalog.pg_control_system() c) || '/' || pg_catalog.current_database();
    counts_since constant timestamptz := greatest(
        (select b.stats_reset from pg_catalog.pg_stat_bgwriter b),
        (select d.stats_reset from pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database()));
    counted bigint;
    reasons text[] := '{}';
begin
    if candidate is null then
        perform pg_temp.assert_no_twin(index_name, definition, copies);
        return;
    end if;
    if not exists (select from pg_catalog.pg_index where indexrelid = candidate) then
        reasons := reasons || pg_catalog.format('%s is not an index', index_name);
    else
        if pg_catalog.pg_get_indexdef(candidate) <> definition then
            reasons := reasons || pg_catalog.format(
                'its definition is %s, but the undo script would restore %s', pg_catalog.pg_get_indexdef(candidate), definition);
        end if;
        reasons := reasons
            || array(select pg_temp.differences(candidate, depends_on, tablespace, comment, statistics_targets))
            || array(select pg_temp.why_not_restorable(candidate));
        if parts is not null then
            reasons := reasons
                || array(select pg_temp.why_not_whole_again(candidate, parts))
                || array(
                    select case when m.indexrelid = candidate then w.reason else pg_catalog.format('its part %s: %s', m.name, w.reason) end
                    from pg_temp.members_of(candidate) m
                    cross join lateral pg_temp.why_not_by_counters(m.indexrelid) w
                    order by m.indexrelid <> candidate, m.name);
        elsif exists (select from pg_catalog.pg_class c where c.oid = candidate and (c.relispartition or c.relkind = 'I')) then
            reasons := reasons || 'it belongs to a partitioned index by now, which is dropped as a whole'::text;
        else
            -- what an interrupted drop has left is not valid, and may be dropped
            reasons := reasons || array(
                select w.reason
                from pg_temp.why_not_by_counters(candidate) w
                where w.code <> 'invalid' and not (w.code = 'expression' and pg_catalog.cardinality(expression_statistics) = (
                    select count(*)
                    from pg_catalog.pg_index i
                    cross join lateral pg_catalog.unnest(i.indkey::int2[]) k (number)
                    where i.indexrelid = candidate and k.number = 0)));
        end if;
        counted := (select sum(pg_catalog.pg_stat_get_numscans(m.indexrelid)) from pg_temp.members_of(candidate) m);
        if here <> observed then
            if counted > 0 then
                reasons := reasons || pg_catalog.format(
                    'this database is not the one that was observed, and it has scanned the index %s times', counted);
            end if;
        else
            if counts_since is distinct from counted_since then
                reasons := reasons || pg_catalog.format(
                    'its counters were restarted at %s, by a reset, a crash or a failover: those that were observed began at %s',
                    counts_since, counted_since);
            elsif counted <> scans then
                reasons := reasons || pg_catalog.format('it had been scanned %s times when it was observed, and now %s times', scans, counted);
            end if;
            if as_of < pg_catalog.now() - valid_for then
                reasons := reasons || pg_catalog.format('the evidence ends at %s, more than %s ago', as_of, valid_for);
            end if;
        end if;
    end if;
    if reasons <> '{}' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('%s is not proven unused, so it was not dropped', index_name),
            detail = pg_catalog.array_to_string(reasons, E'\n'),
            hint = 'Nothing was changed. Observe every node again (dbopt observe), see what the audit now says about it '
                '(dbopt audit --evidence), and scaffold the migration again, or delete it.';
    end if;
    if here <> observed then
        raise notice '% is not the database that was observed: % is dropped here because nothing has scanned it here',
            pg_catalog.current_database(), index_name;
    end if;
end
$$;

-- Stops unless there are statistics of each of the index's expressions, in their order: asked between CREATE STATISTICS, which
-- skips a name that is taken, and the drop. Passes when the index is already gone.
create or replace function pg_temp.assert_statistics(index_name text, expression_statistics text[]) returns void
    language plpgsql stable set search_path = ''
as $$
declare
    note constant text := ' :[a-z_]*(location|list_start|list_end|format) -?[0-9]+'; -- where and how it was written
    made text;
    wanted text;
begin
    select pg_catalog.regexp_replace(i.indexprs::text, note, '', 'g'), (
        -- lists in parentheses, each of one expression
        select '(' || pg_catalog.string_agg(pg_catalog.substr(s.tree, 2, pg_catalog.length(s.tree) - 2), ' ' order by named.position) || ')'
        from pg_catalog.unnest(expression_statistics) with ordinality named (name, position)
        join (
            select pg_catalog.format('%I.%I', n.nspname, e.stxname) as name, e.stxrelid,
                pg_catalog.regexp_replace(e.stxexprs::text, note, '', 'g') as tree
            from pg_catalog.pg_statistic_ext e
            join pg_catalog.pg_namespace n on n.oid = e.stxnamespace
        ) s on s.name = named.name and s.stxrelid = i.indrelid
    )
    into wanted, made
    from pg_catalog.pg_index i
    where i.indexrelid = pg_catalog.to_regclass(index_name);
    if wanted <> coalesce(made, '') then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('The statistics %s are not those of the expressions of %s, so it was not dropped',
                pg_catalog.array_to_string(expression_statistics, ', '), index_name),
            hint = 'Other statistics have these names: rename them (ALTER STATISTICS ... RENAME TO ...), and migrate again.';
    end if;
end
$$;

-- Stops when the index is gone by its name but exists under another one: the drop would pass and achieve nothing. Its table is
-- the one that its definition names; copies are the indexes of the same definition that may be there.
create or replace function pg_temp.assert_no_twin(index_name text, definition text, copies text[]) returns void
    language plpgsql stable
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
as $$
declare
    gone text := (pg_catalog.parse_ident(index_name))[2];
    twin text;
begin
    select pg_catalog.format('%I.%I', n.nspname, c.relname) into twin
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where i.indisvalid
        and not exists (select from pg_catalog.unnest(copies) copy where pg_catalog.to_regclass(copy) = i.indexrelid)
        -- only of that table, since to print a definition costs
        and case when pg_catalog.strpos(definition, pg_catalog.format(' ON %s%I.%I USING ',
                case c.relkind when 'I' then 'ONLY ' end, n.nspname, t.relname)) > 0
            then pg_catalog.pg_get_indexdef(i.indexrelid) = pg_catalog.replace(
                definition, pg_catalog.format(' INDEX %I ON ', gone), pg_catalog.format(' INDEX %I ON ', c.relname))
            end
    order by 1
    limit 1;
    if twin is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('%s is gone, but %s has the same definition', index_name, twin),
            detail = pg_catalog.format('Another tool named it differently: %s', definition),
            hint = pg_catalog.format('Nothing was changed. Give it the name that this migration drops, and migrate again: '
                'ALTER INDEX %s RENAME TO %I', twin, gone);
    end if;
end
$$;

-- Stops unless the keeper is there and serves: asked again after the drop.
create or replace function pg_temp.assert_keeper(index_name text) returns void
    language plpgsql stable set search_path = ''
as $$
begin
    if not exists (
        select from pg_catalog.pg_index i
        where i.indexrelid = pg_catalog.to_regclass(index_name) and i.indisvalid and i.indisready and i.indislive
    ) then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('The keeper %s is missing or not valid, and the index that it made redundant is gone', index_name),
            hint = 'Somebody dropped or broke the keeper meanwhile. Create it again, or undo this migration: its undo script builds the dropped index.';
    end if;
end
$$;
