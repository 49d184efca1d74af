-- The time-outs of beforeEachMigrate end with the migration. (Inside its transaction RESET would not outlive a rollback
-- either, but then the connection ends.)
reset lock_timeout;
reset statement_timeout;
-- An unknown setting cannot be reset: transaction_timeout comes with PostgreSQL 17.
do $$ begin
    perform pg_catalog.set_config(name, reset_val, false)
    from pg_catalog.pg_settings
    where name operator(pg_catalog.=) any (array['transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout']);
end $$;
