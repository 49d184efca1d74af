/** What a schema history says, compared with the migrations that the locations hold. */
package dbopt.history;
