/** Records the plans of the application's own queries, and compares them before and after indexes were dropped. */
package dbopt.plans;
