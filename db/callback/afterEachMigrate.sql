-- The time-outs of beforeEachMigrate end with the migration. (Inside its transaction RESET would not outlive a rollback
-- either, but then the connection ends.)
reset lock_timeout;
reset statement_timeout;
