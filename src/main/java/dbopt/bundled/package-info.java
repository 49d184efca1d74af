/** The SQL that comes with the tool, whatever project it works for. */
package dbopt.bundled;
