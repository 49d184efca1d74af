-- The time-outs of beforeEachUndo end with the undo script.
reset lock_timeout;
reset statement_timeout;
