-- Brings {{index}} back, exactly as it was before V{{version}}.
-- Lock:  SHARE UPDATE EXCLUSIVE on {{table}}: reads and writes go on while the index is built. The build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
--        index stays.
do $$ begin
    if pg_catalog.to_regproc('pg_temp.assert_built') is null then
        raise exception using
            errcode = 'undefined_function',
            message = 'The guard is missing: no callback beforeEachUndo made pg_temp.assert_built in this session',
            hint = 'Nothing was changed. Add the folder of the callbacks to flyway.locations. dbopt audit --scaffold --with-guard writes them; dbopt undo brings its own.';
    end if;
end $$;

{{restore}}
