/** Schemas that are equal, as those of an application with one for each tenant: what is found in one is found in all. */
package dbopt.tenants;
