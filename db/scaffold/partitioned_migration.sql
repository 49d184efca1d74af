-- Drops {{index}} on {{table}} ({{keys}}) with all of its parts: {{size}} when it was audited.
{{reason}}-- Lock:  ACCESS EXCLUSIVE on {{table}}, its partitions and every part, since it cannot be dropped concurrently. It is one short
--        try: the lock_timeout below counts for each of these locks, the statement_timeout for all of them, so nobody waits
--        behind it for more than a second. What a time-out ends has changed nothing.
--        dbopt migrate tries again by itself; with another Flyway, migrate again.
--        Before that SHARE UPDATE EXCLUSIVE on the table and its partitions: readers and writers go on, autovacuum yields.
-- Undo:  U{{version}} builds the index again part by part, concurrently; no data is lost either way.
do $$ begin
    if pg_catalog.to_regproc('pg_temp.{{function}}') is null then
        raise exception using
            errcode = 'undefined_function',
            message = 'The guard is missing: no callback beforeEachMigrate made pg_temp.{{function}} in this session',
            hint = 'Nothing was changed. Add the folder of the callbacks to flyway.locations. dbopt audit --scaffold --with-guard writes them; dbopt migrate brings its own.';
    end if;
end $$;

select from pg_temp.begin_short_try({{indexLiteral}});

{{check}}

{{shortTry}}

drop index if exists {{qualifiedIndex}};
{{keeper}}
