package dbopt.fleet;

import java.util.Comparator;

/** How a command sums up one database, and which databases are the worst. */
public interface FleetView<R> {
    /** Returns a one-line verdict on the database. */
    String verdict(R report);

    /** Orders reports with the worst first. */
    Comparator<R> worstFirst();
}
