-- A deploy to an empty database is a deploy to a wrong one: where the placeholder emptyDatabase says "refuse", it stops here.
do $$
begin
    perform pg_catalog.set_config('search_path', '', true); -- nobody's operator in front of pg_catalog's
    if '${emptyDatabase}' = 'refuse' and not exists (
        select from pg_catalog.pg_class c
        where c.relnamespace = pg_catalog.to_regnamespace('public') and c.relkind in ('r', 'p') and c.relname <> pg_catalog.btrim($name$ ${flyway:table} $name$)
    ) then
        raise exception using
            errcode = 'undefined_table',
            message = pg_catalog.format('Database %I has no table in schema public, and the placeholder emptyDatabase says refuse',
                pg_catalog.current_database()),
            hint = pg_catalog.format('No migration was run; only the empty schema history public.%I was created. Is this the right address? '
                'To create the audited schema in an empty database, leave the placeholder at its default.', pg_catalog.btrim($name$ ${flyway:table} $name$));
    end if;
end
$$;
