/** What the audit finds in a database: redundant indexes, unused ones, those that need review. */
package dbopt.findings;
