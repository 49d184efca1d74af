-- Runs before every undo script, in its own session: the time-outs, and the checks that the scripts call.
-- Everything here is temporary and ends with the session; after a crash of the server, when its temporary schema is used again.

-- Flyway's lock belongs to this session or, by its default, to one that keeps a transaction open. Where it belongs to an
-- idle one, a connection pooler has given this undo script another session than the lock: nothing that follows would be safe.
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
            message = 'This undo script does not run in the session that holds Flyway''s lock: a connection pooler shares sessions (pool_mode=transaction)',
            hint = 'It was not run. Give Flyway the address of the server itself, not of the pooler, or of a pool with pool_mode=session.';
    end if;
end $$;

-- As in beforeEachMigrate: 2 s inside a transaction, minutes for a concurrent build, which blocks nobody while it waits.
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

-- How a definition is read: as it was printed, whatever the role or the database sets. And an index without a tablespace of
-- its own lies in the database's.
do $$ begin
    perform pg_catalog.set_config(name, setting, false)
    from (values
        ('timezone', 'UTC'), ('datestyle', 'ISO, MDY'), ('intervalstyle', 'postgres'), ('bytea_output', 'hex'),
        ('quote_all_identifiers', 'off'), ('extra_float_digits', '1'), ('standard_conforming_strings', 'on'),
        ('xmlbinary', 'base64'), ('xmloption', 'content'), ('lc_monetary', 'C'), ('array_nulls', 'on'),
        ('transform_null_equals', 'off'), ('default_tablespace', '')
    ) pinned (name, setting);
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

-- Stops when the name is taken by anything but the index itself or what an interrupted build of it left behind. What it left
-- is not valid: it gets the name in leftover, which the script drops. A valid index stays, and serves.
create or replace function pg_temp.assert_name_free(index_name text, definition text, leftover text default null) returns void
    language plpgsql
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
as $$
declare
    holder oid := pg_catalog.to_regclass(index_name);
begin
    if exists (
        select from pg_catalog.pg_class c
        left join pg_catalog.pg_index i on i.indexrelid = c.oid
        where c.oid = pg_catalog.to_regclass(leftover) and i.indisvalid is distinct from false
    ) then
        raise exception using
            errcode = 'duplicate_table',
            message = pg_catalog.format('%s cannot be restored: %s, the name for what an interrupted build left, is in use', index_name, leftover),
            hint = 'This script changed nothing. Rename what holds the name, and undo again.';
    end if;
    if holder is null then
        return;
    elsif not exists (select from pg_catalog.pg_index where indexrelid = holder) then
        raise exception using
            errcode = 'duplicate_table',
            message = pg_catalog.format('%s cannot be restored: its name belongs to something that is not an index', index_name),
            hint = 'This script changed nothing. Rename or remove what holds the name, and undo again.';
    elsif pg_catalog.pg_get_indexdef(holder) <> definition then
        raise exception using
            errcode = 'duplicate_table',
            message = pg_catalog.format('%s cannot be restored: its name belongs to a different index', index_name),
            detail = pg_catalog.format(E'There is: %s\nWanted:   %s', pg_catalog.pg_get_indexdef(holder), definition),
            hint = 'This script changed nothing. Rename or drop the other index, and undo again.';
    elsif leftover is not null and not (select i.indisvalid from pg_catalog.pg_index i where i.indexrelid = holder) then
        if pg_catalog.to_regclass(leftover) is not null then
            raise exception using
                errcode = 'duplicate_table',
                message = pg_catalog.format('%s cannot be restored: both it and %s are what interrupted builds left', index_name, leftover),
                hint = pg_catalog.format('This script changed nothing. Drop one, and undo again: DROP INDEX CONCURRENTLY %s', leftover);
        end if;
        execute pg_catalog.format('alter index %s rename to %I', index_name, (pg_catalog.parse_ident(leftover))[2]);
    end if;
end
$$;

-- Stops unless the index is back, valid, and exactly what it was.
create or replace function pg_temp.assert_built(
    index_name text, definition text, depends_on text[] default '{}', tablespace text default null,
    comment text default null, statistics_targets text[] default '{}'
) returns void
    language plpgsql stable
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
as $$
declare
    built oid := pg_catalog.to_regclass(index_name);
    other text := pg_catalog.array_to_string(
        array(select pg_temp.differences(built, depends_on, tablespace, comment, statistics_targets)), E'\n');
begin
    if other <> '' or not exists (
        select from pg_catalog.pg_index i
        where i.indexrelid = built and i.indisvalid and i.indisready and i.indislive
            and pg_catalog.pg_get_indexdef(i.indexrelid) = definition
    ) then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('%s was built, but is not what it was', index_name),
            detail = pg_catalog.format(E'There is: %s\nWanted:   %s', coalesce(pg_catalog.pg_get_indexdef(built), 'nothing'), definition)
                || case other when '' then '' else E'\n' || other end,
            hint = case when exists (select from pg_catalog.pg_index i where i.indexrelid = built and i.indisvalid)
                then pg_catalog.format('It is valid and serves. Compare it with what is wanted; to build it again: DROP INDEX CONCURRENTLY %s, and undo again.', index_name)
                else 'Run undo again: it drops what is not valid and builds the index again.' end;
    end if;
end
$$;

-- What is left to do until the partitioned index is back: statements in their order, each to be run by itself outside a
-- transaction. Found in the catalog, so that it holds after any interruption, and for partitions that came or went. parts
-- are the statements that make the index (the first) and its parts; a partition without one gets its part as the server would
-- make it. Where its name is not known before it is made, what follows from it comes with the next call.
create or replace function pg_temp.missing_parts(index_name text, table_name text, parts text[]) returns setof text
    language plpgsql stable
    set search_path = '' set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = postgres
    set bytea_output = hex set quote_all_identifiers = off set extra_float_digits = 1 set standard_conforming_strings = on
    set xmlbinary = base64 set xmloption = content set lc_monetary = 'C' set array_nulls = on set transform_null_equals = off
as $$
declare
    root_method constant text := pg_catalog.substr(parts[1],
        pg_catalog.strpos(parts[1], pg_catalog.format(' ON ONLY %s USING ', table_name)) + pg_catalog.length(pg_catalog.format(' ON ONLY %s ', table_name)));
    place record;
    listed text; -- the statement that makes the part
    part text; -- its name
    holder oid; -- what is there
    parent text;
    names jsonb := '{}'; -- of the parts that are or will be there, by their tables
    complete boolean := true;
begin
    for place in
        with recursive tree (oid, parent, depth) as (
            select pg_catalog.to_regclass(table_name)::oid, null::oid, 0
            union all
            select h.inhrelid, tree.oid, tree.depth + 1 from tree join pg_catalog.pg_inherits h on h.inhparent = tree.oid
        )
        select tree.*, c.relkind = 'p' as is_partitioned, n.nspname, pg_catalog.format('%I.%I', n.nspname, c.relname) as name
        from tree
        join pg_catalog.pg_class c on c.oid = tree.oid and c.relkind in ('r', 'p')
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        order by tree.depth, n.nspname, c.relname
    loop
        parent := names ->> place.parent::text;
        -- not before the parent's own index has a name
        continue when place.parent is not null and parent is null;
        select p.statement into listed
        from pg_catalog.unnest(parts) p (statement)
        where pg_catalog.strpos(p.statement, pg_catalog.format(' ON %s%s USING ', case when place.is_partitioned then 'ONLY ' end, place.name)) > 0
        limit 1;
        part := case when listed is not null then pg_catalog.format('%I.%s', place.nspname,
            pg_catalog.split_part(pg_catalog.regexp_replace(listed, '^CREATE INDEX ', ''),
                pg_catalog.format(' ON %s%s USING ', case when place.is_partitioned then 'ONLY ' end, place.name), 1)) end;
        -- the one that is attached already
        select h.inhrelid into holder
        from pg_catalog.pg_inherits h
        join pg_catalog.pg_index i on i.indexrelid = h.inhrelid and i.indrelid = place.oid
        where h.inhparent = pg_catalog.to_regclass(parent);
        if holder is not null then
            select pg_catalog.format('%I.%I', place.nspname, c.relname) into part from pg_catalog.pg_class c where c.oid = holder;
            names := names || pg_catalog.jsonb_build_object(place.oid::text, part);
            if listed is not null and listed <> (select m.beginning || m.method from pg_temp.created_as(holder) m) then
                raise exception using
                    errcode = 'object_not_in_prerequisite_state',
                    message = pg_catalog.format('The part of %s on %s is not what it was', index_name, place.name),
                    detail = pg_catalog.format(E'There is: %s\nWanted:   %s', (select m.beginning || m.method from pg_temp.created_as(holder) m), listed),
                    hint = pg_catalog.format('It serves. To have what was there before: DROP INDEX %s, and undo again.', index_name);
            end if;
            continue;
        end if;
        if part is not null then
            holder := pg_catalog.to_regclass(part);
            if holder is not null and listed is distinct from (select m.beginning || m.method from pg_temp.created_as(holder) m) then
                raise exception using
                    errcode = 'duplicate_table',
                    message = pg_catalog.format('%s cannot be restored: the name %s belongs to something else', index_name, part),
                    hint = 'Rename what holds the name, and undo again.';
            end if;
        else
            -- what an earlier run made here, or left
            select i.indexrelid, pg_catalog.format('%I.%I', place.nspname, c.relname) into holder, part
            from pg_catalog.pg_index i
            join pg_catalog.pg_class c on c.oid = i.indexrelid and not c.relispartition
            cross join lateral pg_temp.created_as(i.indexrelid) made
            where i.indrelid = place.oid and not i.indisunique and made.method = root_method
                and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid)
            order by i.indisvalid desc, c.relname
            limit 1;
        end if;
        if holder is not null and not place.is_partitioned and not (select i.indisvalid from pg_catalog.pg_index i where i.indexrelid = holder) then
            complete := false;
            return next pg_catalog.format('DROP INDEX CONCURRENTLY %s', part);
            holder := null;
            part := case when listed is not null then part end;
        end if;
        if holder is null then
            complete := false;
            return next case when place.is_partitioned
                then coalesce(listed, pg_catalog.format('CREATE INDEX ON ONLY %s %s', place.name, root_method))
                else 'CREATE INDEX CONCURRENTLY ' || pg_catalog.substr(
                    coalesce(listed, pg_catalog.format('CREATE INDEX ON %s %s', place.name, root_method)), 1 + pg_catalog.length('CREATE INDEX ')) end;
        end if;
        if part is not null then
            names := names || pg_catalog.jsonb_build_object(place.oid::text, part);
            if parent is not null then
                complete := false;
                return next pg_catalog.format('ALTER INDEX %s ATTACH PARTITION %s', parent, part);
            end if;
        end if;
    end loop;
    -- The last attach made it valid, unless a partition that lacked its part went after that: then attaching a part again does,
    -- which changes nothing else.
    if complete and not exists (
        select from pg_catalog.pg_partition_tree(pg_catalog.to_regclass(table_name)) t
        join pg_catalog.pg_class c on c.oid = t.relid and c.relkind = 'f'
    ) then
        return query
            select pg_catalog.format('ALTER INDEX %I.%I ATTACH PARTITION %s', n.nspname, c.relname, min(pg_catalog.format('%I.%I', pn.nspname, p.relname)))
            from pg_catalog.pg_partition_tree(pg_catalog.to_regclass(index_name)) t
            join pg_catalog.pg_index i on i.indexrelid = t.relid and not i.indisvalid
                -- in vain while one below it has no part
                and not exists (
                    select from pg_catalog.pg_partition_tree(t.relid) below
                    join pg_catalog.pg_index b on b.indexrelid = below.relid and not b.indisvalid
                    where not exists (select from pg_catalog.pg_inherits h where h.inhparent = b.indexrelid)
                )
            join pg_catalog.pg_class c on c.oid = t.relid and c.relkind = 'I'
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            join pg_catalog.pg_inherits h on h.inhparent = t.relid
            join pg_catalog.pg_class p on p.oid = h.inhrelid
            join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
            group by t.level, n.nspname, c.relname
            order by t.level desc, n.nspname, c.relname;
    end if;
end
$$;

-- Stops until the partitioned index is back with a part on every partition, each as it was. What is left to do cannot be done
-- in a function, so it is the detail of the error (SQLSTATE DB002), which dbopt undo carries out, statement by statement,
-- and asks again.
create or replace function pg_temp.assert_parts_built(index_name text, table_name text, parts text[]) returns void
    language plpgsql stable set search_path = ''
as $$
declare
    missing text[] := array(select pg_temp.missing_parts(index_name, table_name, parts));
    emptied text;
begin
    if missing <> '{}' and pg_catalog.current_setting('dbopt.in_transaction', true) = 'yes' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('%s is to be restored inside a transaction, where no index can be built concurrently', index_name),
            hint = 'Nothing was changed. Let the undo script run outside a transaction (executeInTransaction=false), and undo again.';
    end if;
    if missing <> '{}' then
        raise exception using
            errcode = 'DB002',
            message = pg_catalog.format('%s is not back yet: %s statements are left to be run', index_name, pg_catalog.cardinality(missing)),
            detail = pg_catalog.array_to_string(missing, E';\n'),
            hint = 'dbopt undo runs them by itself. By hand: run each by itself, those without CONCURRENTLY under a lock_timeout below a second, and undo again.';
    end if;
    if not (select i.indisvalid from pg_catalog.pg_index i where i.indexrelid = pg_catalog.to_regclass(index_name)) then
        -- an index that was made while the table still had partitions turns valid with a part only
        select pg_catalog.string_agg(t.relid::pg_catalog.regclass::text, ', ' order by t.level, t.relid::pg_catalog.regclass::text) into emptied
        from pg_catalog.pg_partition_tree(pg_catalog.to_regclass(table_name)) t
        where not t.isleaf and not exists (select from pg_catalog.pg_inherits h where h.inhparent = t.relid);
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('%s has all of its parts, but is not valid', index_name)
                || coalesce(': the last partition of ' || emptied || ' was dropped after the index was built there, so nothing is left to build', ''),
            hint = case
                when emptied = pg_catalog.to_regclass(table_name)::text
                then pg_catalog.format('It is empty. To make it valid: DROP INDEX %s, and undo again.', index_name)
                when emptied is not null
                then 'The parts serve already. Create a partition of each, or drop each that is no longer needed, and undo again.'
                else 'A partition that is a foreign table has no part: detach it, and undo again; or drop the index and create it again in one statement, while writes wait.' end;
    end if;
end
$$;
