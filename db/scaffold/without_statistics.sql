
-- The index has the statistics of its expressions again.
analyze {{qualifiedTable}};
{{drop}}
