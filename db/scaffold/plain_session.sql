-- A concurrent statement waits for older transactions; while it waits it blocks nobody. No time-out of the role or the
-- database ends a long drop or build.
set lock_timeout = '10min';
set statement_timeout = 0;
do $$ begin
    perform pg_catalog.set_config(name, '0', false)
    from pg_catalog.pg_settings
    where name operator(pg_catalog.=) any (array['transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout']);
end $$;

-- How a definition is read: as it was printed, whatever the role or the database sets. And an index without a tablespace of
-- its own lies in the database's.
do $$ begin
    perform pg_catalog.set_config(name, setting, false)
    from (values
        ('search_path', ''), ('timezone', 'UTC'), ('datestyle', 'ISO, MDY'), ('intervalstyle', 'postgres'), ('bytea_output', 'hex'),
        ('quote_all_identifiers', 'off'), ('extra_float_digits', '1'), ('standard_conforming_strings', 'on'),
        ('xmlbinary', 'base64'), ('xmloption', 'content'), ('lc_monetary', 'C'), ('array_nulls', 'on'),
        ('transform_null_equals', 'off'), ('default_tablespace', '')
    ) pinned (name, setting);
end $$;
