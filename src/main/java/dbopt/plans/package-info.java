/** The plans of the application's own queries, before and after the indexes went. */
package dbopt.plans;
