-- Looks at every row of every foreign key of schema public, and fails naming each foreign key that has orphans: rows
-- whose parent is missing. It only reads; load.sql does not check foreign keys as it goes, so run this after it.
do $$
declare
    foreign_key record;
    orphans bigint;
    findings text[] := '{}';
    checked integer := 0;
begin
    for foreign_key in
        select
            c.conname as name,
            c.conrelid::regclass as child,
            c.confrelid::regclass as parent,
            string_agg(format('child.%I = parent.%I', child_column.attname, parent_column.attname), ' and ') as matches,
            string_agg(format('child.%I is not null', child_column.attname), ' and ') as refers
        from pg_catalog.pg_constraint c
        cross join unnest(c.conkey, c.confkey) as k (child_number, parent_number)
        join pg_catalog.pg_attribute child_column
            on child_column.attrelid = c.conrelid and child_column.attnum = k.child_number
        join pg_catalog.pg_attribute parent_column
            on parent_column.attrelid = c.confrelid and parent_column.attnum = k.parent_number
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace
        group by c.oid, c.conname, c.conrelid, c.confrelid
        order by c.conrelid::regclass::text, c.conname
    loop
        execute format('select count(*) from %s child where %s and not exists (select from %s parent where %s)',
            foreign_key.child, foreign_key.refers, foreign_key.parent, foreign_key.matches) into orphans;
        if orphans > 0 then
            findings := findings || format('%s: rows of %s without their row in %s: %s',
                foreign_key.name, foreign_key.child, foreign_key.parent, orphans);
        end if;
        checked := checked + 1;
    end loop;
    if findings <> '{}' then
        raise exception '% of % foreign keys have orphans', cardinality(findings), checked
            using errcode = 'foreign_key_violation',
                detail = array_to_string(findings, E'\n'),
                hint = 'The sample data are incomplete: load them again, into empty tables.';
    end if;
    raise notice '% foreign keys hold', checked;
end $$;
