-- Did these migrations write the schema history? Asked before Flyway compares the two: of another project's history it would
-- say that checksums differ, and advise a repair, which would overwrite them. beforeRepair__project.sql is the same check.
do $$
declare
    history text := pg_catalog.format('%I.%I',
        pg_catalog.btrim($name$ ${flyway:defaultSchema} $name$), pg_catalog.btrim($name$ ${flyway:table} $name$));
    found text;
begin
    perform pg_catalog.set_config('search_path', '', true); -- nobody's operator in front of pg_catalog's
    if pg_catalog.to_regclass(history) is null then
        return;
    end if;
    execute pg_catalog.format($query$
        with own (version, description) as (values
            ('1', 'audited schema'),
            ('2', 'drop commit pr idx'),
            ('3', 'drop pr survey pr idx'),
            ('4', 'drop metrics aiusagedaily member id 0274ee1d'),
            ('5', 'drop metrics commit author id 67f38a6f'),
            ('6', 'drop github int org slug idx'),
            ('7', 'drop jira int cloud id idx'),
            ('8', 'tune autovacuum')
        )
        select pg_catalog.string_agg(pg_catalog.format('version %%s was applied as %%s', h.version, h.script), E'\n' order by h.installed_rank)
        from %s h
        join own on own.version = h.version
        where h.type = 'SQL' and h.description <> own.description
    $query$, history) into found;
    if found is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = 'This schema history belongs to another project',
            detail = found,
            hint = 'Nothing was changed. Check the address of the database, and the folder whose migrations these are.';
    end if;
end
$$;
