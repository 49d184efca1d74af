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
            hint = 'It was not run. Give Flyway the address of the server itself, past the pooler, or of a pool with pool_mode=session.';
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

-- Stops when the name is taken by anything but the index itself or what an interrupted build of it left behind.
create or replace function pg_temp.assert_name_free(index_name text, definition text) returns void
    language plpgsql stable set search_path = ''
as $$
declare
    holder oid := pg_catalog.to_regclass(index_name);
begin
    if holder is null then
        return;
    elsif not exists (select from pg_catalog.pg_index where indexrelid = holder) then
        raise exception using
            errcode = 'duplicate_table',
            message = pg_catalog.format('%s cannot be brought back: its name belongs to something that is no index', index_name),
            hint = 'Nothing was changed. Rename or remove what holds the name, and undo again.';
    elsif pg_catalog.pg_get_indexdef(holder) <> definition then
        raise exception using
            errcode = 'duplicate_table',
            message = pg_catalog.format('%s cannot be brought back: its name belongs to a different index', index_name),
            detail = pg_catalog.format(E'There is: %s\nWanted:   %s', pg_catalog.pg_get_indexdef(holder), definition),
            hint = 'Nothing was changed. Rename or drop the other index, and undo again.';
    end if;
end
$$;

-- Stops unless the index is back, valid, and exactly as defined.
create or replace function pg_temp.assert_built(index_name text, definition text) returns void
    language plpgsql stable set search_path = ''
as $$
declare
    built oid := pg_catalog.to_regclass(index_name);
begin
    if not exists (
        select from pg_catalog.pg_index i
        where i.indexrelid = built and i.indisvalid and i.indisready and i.indislive
            and pg_catalog.pg_get_indexdef(i.indexrelid) = definition
    ) then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = pg_catalog.format('%s was built, but is not what it was', index_name),
            detail = pg_catalog.format(E'There is: %s\nWanted:   %s', coalesce(pg_catalog.pg_get_indexdef(built), 'nothing'), definition),
            hint = 'Run undo again: it drops what is not valid and builds the index anew.';
    end if;
end
$$;
