-- title:    Sequences near their end
-- severity: warning when 70 % of a sequence's numbers, or of the numbers its column can hold, are used; critical at 90 %;
--           unknown where this role may not read the sequence
-- why:      At the end every insert fails.
-- do:       Make the column, and the sequence, bigint: in good time, because changing an integer column rewrites the table.
with counted as (
    -- include db/health/sizes/sequence_use.sql
)
select
    case when used >= 0.9 * numbers then 'critical' else 'warning' end as severity,
    object,
    pg_catalog.round(100 * used / numbers, 1) as value,
    'percent' as unit,
    pg_catalog.format('%s of %s numbers are used%s', used, numbers,
        case when column_name is null then '' else pg_catalog.format(' (column %s)', column_name) end) as detail,
    null as fix
from counted
where not cycle and used >= 0.7 * numbers
union all
select
    'unknown', pg_catalog.format('sequences: %s', pg_catalog.count(*)), null, 'percent', 'this role may not read them', null
from counted
where not readable
having pg_catalog.count(*) > 0
order by severity, value desc nulls last, object;
