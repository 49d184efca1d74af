/** The PostgreSQL server: its address, its errors, its sessions and who blocks them. */
package dbopt.server;
