-- Restores, exactly as they were before drop.sql:
{{indexes}}
-- Run:   psql -X -f undo.sql, as the owner of the tables and straight to the server, past a pooler that shares sessions.
--        Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid index
--        stays.
-- Lock:  SHARE UPDATE EXCLUSIVE on each table: reads and writes go on while its index is built. A build waits for
--        transactions older than itself; while it waits it blocks nobody.
-- Loses: nothing.
\set ON_ERROR_STOP on
\set QUIET on
\set AUTOCOMMIT on
\pset tuples_only on
\pset format unaligned

{{session}}
-- what is not there is no news
set client_min_messages = warning;
-- The checks: temporary functions, which end with the session.
{{guard}}
{{statements}}
