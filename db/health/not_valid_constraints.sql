-- title:    Constraints not validated
-- severity: warning for each check constraint or foreign key that was added NOT VALID and never validated
-- why:      New rows keep it, but rows from before may not: nobody looked. The planner does not rely on such a check.
-- do:       Validate it; reads and writes go on meanwhile. Where that fails, mend the rows that it names first.
select
    'warning' as severity,
    found.table_name as object,
    null::numeric as value,
    '' as unit,
    pg_catalog.format('%s %s', case found.constraint_type when 'f' then 'foreign key' else 'check constraint' end,
        found.constraint_name) as detail,
    pg_catalog.format('alter table %s validate constraint %s', found.table_name, found.constraint_name) as fix
from (
    -- include pg-index-health not_valid_constraints
) found
order by object, detail;
