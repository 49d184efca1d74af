/** What becomes of the application's statements without some indexes, tried on a twin. */
package dbopt.rehearse;
