/**
 * Finds equal schemas, such as those of an application with a schema for each tenant, so that a finding in all of them is
 * reported as one.
 */
package dbopt.tenants;
