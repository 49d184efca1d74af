package dbopt.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts how steps ended under faults, and writes the table of a guide: a row a step, a column a fault. */
final class Ledger {
    private static final Path FOLDER = Path.of("target", "faults");

    private final String name;
    private final Set<String> columns = new LinkedHashSet<>();
    private final Map<String, Map<String, Map<Outcome, Integer>>> rows = new LinkedHashMap<>();

    Ledger(String name) {
        this.name = name;
    }

    synchronized void add(Step step, Object fault, Outcome outcome) {
        columns.add(fault.toString());
        rows.computeIfAbsent(step.name(), key -> new LinkedHashMap<>())
                .computeIfAbsent(fault.toString(), key -> new EnumMap<>(Outcome.class))
                .merge(outcome, 1, Integer::sum);
        write();
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

    private static String cell(Map<Outcome, Integer> outcomes) {
        return outcomes.isEmpty()
                ? "-"
                : outcomes.entrySet().stream()
                        .map(outcome -> outcome.getValue() + " " + outcome.getKey())
                        .collect(Collectors.joining(", "));
    }

    /** Writes the table below {@code target/faults}, as far as it is. */
    private void write() {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve(name + ".md"), markdown());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
