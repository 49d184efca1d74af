-- Drops {{index}} on {{table}} ({{keys}}): {{size}} when it was audited.
{{reason}}-- Lock:  SHARE UPDATE EXCLUSIVE on {{table}}: reads and writes go on. The drop waits for the transactions
--        that already use the table; while it waits it blocks nobody.
-- Undo:  U{{version}} builds the index again, concurrently; no data is lost either way.
do $$ begin
    if pg_catalog.to_regproc('pg_temp.{{function}}') is null then
        raise exception using
            errcode = 'undefined_function',
            message = 'The guard is missing: no callback beforeEachMigrate made pg_temp.{{function}} in this session',
            hint = 'Nothing was changed. Add the folder of the callbacks to flyway.locations. dbopt audit --scaffold --with-guard writes them; dbopt migrate brings its own.';
    end if;
end $$;

{{drop}}
