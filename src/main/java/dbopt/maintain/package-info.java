/** Makes statistics fresh and removes dead rows: decides for each table from what the server counted, then runs the statements. */
package dbopt.maintain;
