-- Drops {{index}} on {{table}} ({{keys}}) with all of its parts: {{size}} when it was audited.
{{reason}}-- Lock:  ACCESS EXCLUSIVE on {{table}}, its partitions and every part, since it cannot be dropped concurrently. It is one short
--        try: it waits for no lock longer than 0.3 s and ends after 0.9 s in all, so nobody waits for it longer. What a time-out
--        ends has changed nothing. dbopt migrate tries again by itself; with another Flyway, migrate again.
-- Undo:  U{{version}} builds the index again part by part, concurrently; no data is lost either way.
do $$ begin
    if pg_catalog.to_regproc('pg_temp.{{function}}') is null then
        raise exception using
            errcode = 'undefined_function',
            message = 'The guard is missing: no callback beforeEachMigrate made pg_temp.{{function}} in this session',
            hint = 'Nothing was changed. Add the folder of the callbacks to flyway.locations. dbopt audit --scaffold --with-guard writes them; dbopt migrate brings its own.';
    end if;
end $$;

{{check}}

set local lock_timeout = '300ms';
set local statement_timeout = '900ms';

drop index if exists {{qualifiedIndex}};
{{keeper}}
