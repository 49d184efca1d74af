package dbopt.health;

import dbopt.terminal.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The bar charts of the largest tables, indexes and bloat on the page. Each chart is also a table, so it can be read aloud
 * and printed.
 */
final class Shares {
    private static final int BARS = 12;

    /** One bar with its two parts, as counts or bytes. */
    private record Bar(String name, String text, long first, long second) {
        Map<String, Object> scaled(long largest) {
            return Map.of(
                    "name", name, "text", text, "first", percent(first, largest), "second", percent(second, largest));
        }

        private static String percent(long part, long largest) {
            return String.format(Locale.ROOT, "%.1f", largest == 0 ? 0 : 100.0 * part / largest);
        }
    }

    private Shares() {}

    static List<Map<String, Object>> of(HealthReport report) {
        return List.of(
                chart(
                        "Largest tables, with the share of their indexes",
                        "Data + indexes",
                        "data",
                        "indexes",
                        "No tables.",
                        report.tables().stream()
                                .map(table -> new Bar(
                                        table.name(),
                                        Bytes.text(table.dataBytes()) + " + " + Bytes.text(table.indexBytes()),
                                        table.dataBytes(),
                                        table.indexBytes()))),
                chart(
                        "Largest indexes, with their scans",
                        "Size, scans",
                        "scanned",
                        "no scan counted",
                        "No indexes.",
                        report.indexes().stream()
                                .map(index -> new Bar(
                                        index.name(),
                                        Bytes.text(index.bytes()) + ", " + Units.count(index.scans())
                                                + (index.scans() == 1 ? " scan" : " scans"),
                                        index.scans() == 0 ? 0 : index.bytes(),
                                        index.scans() == 0 ? index.bytes() : 0))),
                chart(
                        "Bloat: estimated empty space",
                        "Empty",
                        "",
                        "",
                        "No bloat worth a rewrite was found.",
                        report.results().stream()
                                .filter(result -> result.check().name().startsWith("bloated_"))
                                .flatMap(result -> result.findings().stream())
                                .filter(finding -> finding.value().isPresent())
                                .map(finding -> new Bar(
                                        finding.object(),
                                        finding.amount(),
                                        finding.value().orElseThrow().longValue(),
                                        0))));
    }

    private static Map<String, Object> chart(
            String title, String measure, String firstKey, String secondKey, String none, Stream<Bar> all) {
        List<Bar> bars = all.limit(BARS).toList();
        long largest =
                bars.stream().mapToLong(bar -> bar.first() + bar.second()).max().orElse(0);
        return Map.of(
                "title", title,
                "measure", measure,
                "hasKey", !firstKey.isEmpty(),
                "firstKey", firstKey,
                "secondKey", secondKey,
                "none", none,
                "hasBars", !bars.isEmpty(),
                "bars", bars.stream().map(bar -> bar.scaled(largest)).toList());
    }
}
