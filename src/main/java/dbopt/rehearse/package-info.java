/** Rehearses the application's statements without some indexes, on a twin. */
package dbopt.rehearse;
