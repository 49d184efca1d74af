/** The findings of the audit in a database: redundant indexes, unused indexes, and indexes that need review. */
package dbopt.findings;
