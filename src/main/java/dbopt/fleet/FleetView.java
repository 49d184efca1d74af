package dbopt.fleet;

import java.util.Comparator;

/** How a command sums up one database, and which of them are the worst. */
public interface FleetView<R> {
    /** A one-line verdict on the database. */
    String verdict(R report);

    /** Puts the worst first. */
    Comparator<R> worstFirst();
}
