/** Reports every redundant index of a PostgreSQL database, with the proof, for people and for programs. */
package dbopt.audit;
