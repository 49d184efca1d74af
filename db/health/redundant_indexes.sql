-- title:    Redundant indexes
-- severity: warning for each index that another one of its table makes unnecessary; never critical
-- why:      Every write keeps it up to date, it takes memory from useful pages, and no query needs it.
-- do:       Drop it concurrently, with a migration that can be undone: dbopt audit --scaffold writes one. Before a prefix
--           is dropped, look at the keeper: it is wider, so a scan of the whole index reads more.
--
-- The proof is the audit's own files, which dbopt inserts below; with psql, run those files themselves.
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
    select schema_name, table_name, index_name, kind, covered_by, size_bytes, definition
    from (
        -- include db/audit/redundant_indexes.sql
    ) single
    union all
    -- on partitioned tables, with all their parts
    select schema_name, table_name, index_name, kind, covered_by, size_bytes, definition
    from (
        -- include db/audit/partitioned_indexes.sql
    ) partitioned
) found
order by found.size_bytes desc nulls last, object;
