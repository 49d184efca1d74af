/** A twin: a server without data whose planner decides as the one that it was made from. */
package dbopt.twin;
