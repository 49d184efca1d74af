-- Drops, concurrently and each after a proof:
{{indexes}}
-- Run:   psql -X -f drop.sql, as the owner of the tables and straight to the server, past a pooler that shares sessions.
--        Can be run again after any interruption: what is gone already is skipped.
-- Lock:  SHARE UPDATE EXCLUSIVE on each table: reads and writes go on. A drop waits for the transactions that already use
--        its table; while it waits it blocks nobody.
-- Undo:  undo.sql, beside this file, builds them again, concurrently; no data is lost either way.
\set ON_ERROR_STOP on
\set QUIET on
\set AUTOCOMMIT on
\pset tuples_only on
\pset format unaligned

{{session}}
-- The guard: temporary functions, which end with the session.
{{guard}}
{{statements}}
