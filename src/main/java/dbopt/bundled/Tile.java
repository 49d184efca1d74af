package dbopt.bundled;

import static java.util.Objects.requireNonNull;

/**
 * One of the few numbers at the head of a page.
 *
 * @param label what the number counts
 * @param colour a class by which the page tells good from bad; empty for neither
 * @param change the change since the last run; empty if unknown
 */
public record Tile(String label, String figure, String colour, String change) {
    public Tile {
        requireNonNull(label, "label is null");
        requireNonNull(figure, "figure is null");
        requireNonNull(colour, "colour is null");
        requireNonNull(change, "change is null");
    }

    /** Whether the page shows how the number changed. */
    public boolean hasChange() {
        return !change.isEmpty();
    }
}
