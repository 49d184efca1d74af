-- title:    Duplicated foreign keys
-- severity: warning for each foreign key with the same columns, and the same columns referred to, as another one
-- why:      Each insert, and each delete from the other table, is checked twice.
-- do:       Keep the one whose ON DELETE is wanted and drop the other, with a lock_timeout: it locks both tables for an
--           instant.
--
-- pg-index-health takes two keys that refer to different columns of the same table for copies, so that is compared here.
select
    'warning' as severity,
    found.table_name as object,
    null::numeric as value,
    '' as unit,
    pg_catalog.format('foreign keys %s and %s', found.constraint_name, found.duplicate_constraint_name) as detail,
    null as fix
from (
    -- include pg-index-health duplicated_foreign_keys
) found
join pg_catalog.pg_constraint one on one.contype = 'f' and one.conrelid::pg_catalog.regclass::text = found.table_name
    and pg_catalog.quote_ident(one.conname) = found.constraint_name
join pg_catalog.pg_constraint other on other.conrelid = one.conrelid
    and pg_catalog.quote_ident(other.conname) = found.duplicate_constraint_name
where one.confkey = other.confkey
    -- one that is NOT ENFORCED (PostgreSQL 18) is never checked
    and coalesce((pg_catalog.to_jsonb(one) ->> 'conenforced')::boolean, true)
    and coalesce((pg_catalog.to_jsonb(other) ->> 'conenforced')::boolean, true)
order by object, detail;
