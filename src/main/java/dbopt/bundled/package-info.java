/** The SQL that the tool brings with it, whatever project it works for. */
package dbopt.bundled;
