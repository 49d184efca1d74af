/** The application's queries in {@code db/queries}, their plans as the server explains them, and how two plans compare. */
package dbopt.queries;
