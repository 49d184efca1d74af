-- Brings {{index}} back with all of its parts, exactly as it was before V{{version}}.
-- Lock:  SHARE on {{table}} for an instant, to create the index without parts; then SHARE UPDATE EXCLUSIVE on one partition after
--        the other: reads and writes go on while its part is built. Attaching a part locks that part and the index for an
--        instant. What takes an instant gives up within a second, and is tried again.
-- Loses: nothing. Can be run again after any interruption: what is there already stays, and partitions that came or went
--        since are heeded. A partition that came after the script was written gets its part under the name that the server gives.
do $$ begin
    if pg_catalog.to_regproc('pg_temp.assert_parts_built') is null then
        raise exception using
            errcode = 'undefined_function',
            message = 'The guard is missing: no callback beforeEachUndo made pg_temp.assert_parts_built in this session',
            hint = 'Nothing was changed. Add the folder of the callbacks to flyway.locations. dbopt audit --scaffold --with-guard writes them; dbopt undo brings its own.';
    end if;
end $$;

{{check}}

-- dbopt undo runs what is left to do, and asks again until nothing is.
select from pg_temp.assert_parts_built(
    {{indexLiteral}},
    {{tableLiteral}},
    parts => {{parts}}
);
{{extras}}
select from pg_temp.assert_built(
    {{indexLiteral}},
    definition => {{definition}}{{details}}
);
