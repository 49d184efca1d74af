package dbopt.faults;

import static java.util.Comparator.comparingInt;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts how steps ended under faults, and writes the table of a guide: a row per step, a column per fault. */
final class FaultReport {
    private static final Path FOLDER = Path.of("target", "faults");
    private static final Path GUIDE = Path.of("dev", "guides", "RELIABILITY.md");

    /** The steps in the order in which they are taken. */
    private static final List<String> ROWS = List.of(
            "V1",
            "before the first",
            "V2",
            "R",
            "after the last",
            "V3",
            "V4",
            "V5",
            "V6",
            "V7",
            "V8",
            "U8",
            "U7",
            "U6",
            "U5",
            "U4",
            "U3",
            "U2");

    private final String name;
    private final Set<String> columns = new TreeSet<>();
    private final Map<String, Map<String, Map<FaultOutcome, Integer>>> rows =
            new TreeMap<>(comparingInt(ROWS::indexOf));

    FaultReport(String name) {
        this.name = name;
    }

    synchronized void add(FaultStep step, Object fault, FaultOutcome outcome) {
        columns.add(fault.toString());
        rows.computeIfAbsent(step.name(), key -> new LinkedHashMap<>())
                .computeIfAbsent(fault.toString(), key -> new EnumMap<>(FaultOutcome.class))
                .merge(outcome, 1, Integer::sum);
    }

    /** The table, with a last row that sums the cases up. */
    String markdown() {
        StringBuilder text =
                new StringBuilder("| | ").append(String.join(" | ", columns)).append(" |\n|---|");
        text.append("---|".repeat(columns.size())).append('\n');
        rows.forEach((row, cells) -> text.append("| ")
                .append(row)
                .append(" | ")
                .append(columns.stream()
                        .map(column -> cell(cells.getOrDefault(column, Map.of())))
                        .collect(Collectors.joining(" | ")))
                .append(" |\n"));
        text.append("| **all** | ")
                .append(columns.stream()
                        .map(column -> "**"
                                + rows.values().stream()
                                        .flatMap(cells -> cells.getOrDefault(column, Map.of()).values().stream())
                                        .mapToInt(Integer::intValue)
                                        .sum()
                                + "**")
                        .collect(Collectors.joining(" | ")))
                .append(" |\n");
        return text.toString();
    }

    /** Writes the table below {@code target/faults}; the guide shows exactly that. */
    void isInTheGuide() {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve(name + ".md"), markdown());
            assertThat(Files.readString(GUIDE))
                    .as("%s shows the table in %s", GUIDE, FOLDER.resolve(name + ".md"))
                    .contains(markdown());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String cell(Map<FaultOutcome, Integer> outcomes) {
        return outcomes.isEmpty()
                ? "-"
                : outcomes.entrySet().stream()
                        .map(outcome -> outcome.getValue() + " " + outcome.getKey())
                        .collect(Collectors.joining(", "));
    }
}
