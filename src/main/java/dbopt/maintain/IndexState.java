package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.IndexSizes;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of the size of one index.
 *
 * @param oid the index's OID, which a rebuild changes
 * @param name schema-qualified, quoted where SQL needs it
 * @param whole the partitioned index that the index is a part of, named like the index; for any other index, its own name
 * @param table the table whose rows the index finds; for the index of a TOAST table, the table that the TOAST table belongs
 *     to
 * @param atLeast the least bytes after a rebuild, estimated from the statistics; empty if unknown
 * @param atMost the most bytes after a rebuild, estimated from the statistics; empty if unknown
 * @param unknown why there is no estimate; empty if there is one
 * @param refusal why the index must not be rebuilt; empty if a rebuild is allowed
 * @param measured the bytes after a rebuild, by pgstatindex, which read the whole index; empty if the index was not measured
 * @param best the best size for each row in the observations; empty without an observation of the index
 */
record IndexState(
        long oid,
        long tableOid,
        String name,
        String whole,
        String table,
        long bytes,
        OptionalLong atLeast,
        OptionalLong atMost,
        Optional<String> unknown,
        long rows,
        long tableBytes,
        double fill,
        Optional<String> refusal,
        OptionalLong measured,
        Optional<IndexSizes.Best> best) {
    IndexState {
        requireNonNull(name, "name is null");
        requireNonNull(whole, "whole is null");
        requireNonNull(table, "table is null");
        requireNonNull(atLeast, "atLeast is null");
        requireNonNull(atMost, "atMost is null");
        requireNonNull(unknown, "unknown is null");
        requireNonNull(refusal, "refusal is null");
        requireNonNull(measured, "measured is null");
        requireNonNull(best, "best is null");
    }

    /** Returns a copy with the measured size. */
    IndexState measuredAs(long needed) {
        return new IndexState(
                oid,
                tableOid,
                name,
                whole,
                table,
                bytes,
                atLeast,
                atMost,
                unknown,
                rows,
                tableBytes,
                fill,
                refusal,
                OptionalLong.of(needed),
                best);
    }

    /**
     * Returns the bytes that a rebuild may free. Without an estimate it is the whole size; it is 0 if the index is certainly
     * less than {@code factor} times as large as needed.
     */
    long mayGiveBack(double factor) {
        if (atLeast.isEmpty()) {
            return bytes;
        }
        return bytes >= factor * atLeast.getAsLong() ? bytes - atLeast.getAsLong() : 0;
    }

    /**
     * Returns how many times as large as needed the index is at least, by the statistics; empty if there is no estimate, or
     * the estimate leaves open on which side of the limit the index is.
     */
    Optional<Double> estimatedFactor(double limit) {
        if (atMost.isEmpty() || atLeast.isEmpty()) {
            return Optional.empty();
        }
        double certain = (double) bytes / atMost.getAsLong();
        boolean open = certain < limit && bytes >= limit * atLeast.getAsLong();
        return open ? Optional.empty() : Optional.of(certain);
    }

    Optional<Double> measuredFactor() {
        return measured.isPresent() ? Optional.of((double) bytes / measured.getAsLong()) : Optional.empty();
    }

    /** Returns how many times as large as in its best observation the index is, for each row. */
    Optional<Double> observedFactor() {
        return best.flatMap(known -> known.factor(bytes, rows));
    }

    /**
     * Returns the bytes that the index would need after a rebuild, by the estimate or the measurement, or else by the
     * observations; the present size if nothing is known.
     */
    long needed() {
        if (atMost.isEmpty()) {
            return measured.orElseGet(() ->
                    observedFactor().map(factor -> Math.round(bytes / factor)).orElse(bytes));
        }
        return measured.isPresent() && measured.getAsLong() < atMost.getAsLong()
                ? measured.getAsLong()
                : atMost.getAsLong();
    }
}
