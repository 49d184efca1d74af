/** What every command shares: its context, the connection options, and how wrong usage is reported. */
package dbopt.commandline;
