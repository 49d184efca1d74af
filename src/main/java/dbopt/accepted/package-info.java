/** The findings that a user has accepted, and the index definitions that name them. */
package dbopt.accepted;
