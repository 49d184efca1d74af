-- title:    Redundant indexes
-- severity: warning for each index that another one of its table makes unnecessary; critical never
-- why:      Every write keeps it up to date, it takes memory from useful pages, and no query needs it.
-- do:       Drop it concurrently, with a migration that can be undone: dbopt audit --scaffold writes one. Before a prefix
--           goes, look at the keeper: it is wider, so a scan of the whole index reads more.
--
-- The proof is the audit's own file, which dbopt puts in below; with psql, run that file itself.
select
    'warning' as severity,
    pg_catalog.format('%I.%I', found.schema_name, found.index_name) as object,
    found.size_bytes as value,
    'bytes' as unit,
    pg_catalog.format('%s of %I on %I', case found.kind when 'duplicate' then 'a duplicate' else 'a prefix' end,
        found.covered_by, found.table_name) as detail,
    null as fix,
    -- by which --accepted knows it
    found.definition
from (
    -- include db/audit/redundant_indexes.sql
) found
order by found.size_bytes desc nulls last, object;
