package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.IndexSizes;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of the size of one index.
 *
 * @param oid its number, which a rebuild changes
 * @param name schema-qualified, quoted where SQL needs it
 * @param whole the partitioned index that it is a part of, named likewise; its own name if it is none
 * @param table whose rows it finds; of a TOAST table's index, the table that the TOAST table belongs to
 * @param atLeast what it would take if it were rebuilt, by the statistics; empty if unknown
 * @param atMost likewise
 * @param unknown why that is unknown; empty if it is known
 * @param refusal why it may not be rebuilt; empty if it may
 * @param measured what it would take, by pgstatindex, which read all of it; empty if it was not measured
 * @param best the best that it has been by the observations; empty if they do not have it, or there are none
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

    /** A copy with the measured size. */
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

    /** What a rebuild may free, if the statistics leave it open, or say, that it is so many times as large as needed. */
    long mayGiveBack(double factor) {
        if (atLeast.isEmpty()) {
            return bytes;
        }
        return bytes >= factor * atLeast.getAsLong() ? bytes - atLeast.getAsLong() : 0;
    }

    /** How many times as large it is as it needs to be, by the statistics; empty if that is open. */
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

    /** How many times as large for each row as it was at its best, by the observations. */
    Optional<Double> observedFactor() {
        return best.flatMap(known -> known.factor(bytes, rows));
    }

    /** What it would take, as far as anything says so. */
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
