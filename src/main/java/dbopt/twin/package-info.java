/** Makes a twin: a server without data whose planner decides as that of the source. */
package dbopt.twin;
