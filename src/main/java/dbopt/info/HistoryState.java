package dbopt.info;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of the migrations in one of many schemas, without the time and the role, which differ in each schema. Schemas in
 * the same state have equal objects.
 *
 * @param text the state in one line
 * @param lines the version, or else the description, of each migration with its state
 * @param differences how the scripts here differ from those that were applied
 */
record HistoryState(String text, List<String> lines, List<String> differences) {
    HistoryState {
        requireNonNull(text, "text is null");
        lines = List.copyOf(lines);
        differences = List.copyOf(differences);
    }

    static HistoryState of(HistoryReport report) {
        List<HistoryReport.Line> lines = report.lines(false);
        String text = lines.isEmpty() ? "no migrations" : summary(lines);
        List<String> differences = report.differences();
        return new HistoryState(
                differences.isEmpty() ? text : text + "; applied from other scripts",
                lines.stream().map(line -> name(line) + " " + line.state()).toList(),
                differences);
    }

    /** A history that could not be read, with the reason. */
    static HistoryState unknown(String reason) {
        return new HistoryState("unknown: " + reason.lines().findFirst().orElse(""), List.of(reason), List.of());
    }

    /** Joins neighbours of the same state: {@code V1 to V7 success, V8 pending}. */
    private static String summary(List<HistoryReport.Line> lines) {
        List<String> runs = new ArrayList<>();
        int first = 0;
        for (int next = 1; next <= lines.size(); next++) {
            Optional<String> state =
                    next < lines.size() ? Optional.of(lines.get(next).state()) : Optional.empty();
            if (!state.equals(Optional.of(lines.get(first).state()))) {
                String names = name(lines.get(first))
                        + (next - first == 1 ? "" : next - first == 2 ? ", " : " to ")
                        + (next - first == 1 ? "" : name(lines.get(next - 1)));
                runs.add(names + " " + lines.get(first).state());
                first = next;
            }
        }
        return String.join(", ", runs);
    }

    private static String name(HistoryReport.Line line) {
        return line.version().map(version -> "V" + version).orElse(line.description());
    }
}
