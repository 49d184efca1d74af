-- The settings of beforeEachUndo end with the undo script.
reset lock_timeout;
reset statement_timeout;
reset timezone;
reset datestyle;
reset intervalstyle;
reset bytea_output;
reset quote_all_identifiers;
reset extra_float_digits;
reset standard_conforming_strings;
reset xmlbinary;
reset xmloption;
reset lc_monetary;
reset array_nulls;
reset transform_null_equals;
reset default_tablespace;
-- An unknown setting cannot be reset: transaction_timeout comes with PostgreSQL 17.
do $$ begin
    perform pg_catalog.set_config(name, reset_val, false)
    from pg_catalog.pg_settings
    where name operator(pg_catalog.=) any (array['transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout']);
end $$;
