/** Says which migrations are applied, and which of them can be undone. */
package dbopt.info;
