package dbopt.health;

import dbopt.evidence.IndexSizes;
import dbopt.terminal.Bytes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The check that reports how much larger each index is per row than in its best observation, and since when. */
final class GrownIndexes {
    /**
     * The growth from which an index is reported. Soon after each rebuild, an index in random order is 1.3 to 1.4 times as
     * large.
     */
    static final double FACTOR = 1.5;

    /** The growth from which a finding is a warning: a rebuild would halve the index. */
    private static final double GRAVE_FACTOR = 2;

    /** The fewest bytes that a rebuild must free; less is not worth a rebuild. */
    private static final long WORTH_BYTES = 10L << 20;

    static final Check CHECK = new Check(
            "grown_indexes",
            "Indexes larger than at their best",
            "info when an index is 1.5 times as large for each row as in its best observation, and 10 MB more than that; warning from 2 times on",
            "The index was smaller for the same number of rows, so a rebuild may shrink it.",
            "Rebuild it beside the old one (dbopt maintain --reindex --evidence FILE, where a second sign has to agree).",
            Optional.empty(),
            "");

    private GrownIndexes() {}

    /** The present size of an index, with its best observation. */
    record Size(String object, boolean exclusion, long bytes, long rows, Optional<IndexSizes.Best> best) {}

    static CheckResult of(List<Size> sizes) {
        return new CheckResult(
                CHECK, sizes.stream().flatMap(size -> finding(size).stream()).toList(), List.of());
    }

    private static Optional<Finding> finding(Size size) {
        Optional<Double> grown = size.best()
                .flatMap(best -> best.factor(size.bytes(), size.rows()))
                .filter(factor -> factor >= FACTOR && size.bytes() * (1 - 1 / factor) >= WORTH_BYTES);
        return grown.map(factor -> new Finding(
                factor >= GRAVE_FACTOR ? Severity.WARNING : Severity.INFO,
                size.object(),
                Optional.of(BigDecimal.valueOf(factor).setScale(1, RoundingMode.HALF_UP)),
                "ratio",
                detail(size),
                size.exclusion() ? Optional.empty() : Optional.of("reindex index concurrently " + size.object())));
    }

    private static String detail(Size size) {
        IndexSizes.Best best = size.best().orElseThrow();
        return String.format(
                Locale.ROOT,
                "%s for %,d rows, %.0f bytes each; %.0f at %s",
                Bytes.text(size.bytes()),
                size.rows(),
                (double) size.bytes() / size.rows(),
                best.bytesPerRow(),
                best.text());
    }
}
