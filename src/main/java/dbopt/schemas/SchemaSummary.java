package dbopt.schemas;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.schemas.SchemaOutcome.State;
import dbopt.terminal.Bytes;
import dbopt.terminal.Count;
import dbopt.terminal.TerminalText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The summary of a command on many schemas.
 *
 * @param command the command to repeat, without the option that names the schemas
 * @param done the word for finished work, such as {@code migrated}
 */
public record SchemaSummary(List<SchemaOutcome> outcomes, String command, String done, Duration time) {
    /** The most names shown beside a reason; the command to repeat has all names. */
    private static final int MOST_NAMES = 10;

    public SchemaSummary {
        outcomes = List.copyOf(outcomes);
        requireNonNull(command, "command is null");
        requireNonNull(done, "done is null");
        requireNonNull(time, "time is null");
    }

    /** Whether no schema failed, and none is left. */
    public boolean isComplete() {
        return outcomes.stream().noneMatch(outcome -> outcome.is(State.FAILED) || outcome.is(State.LEFT));
    }

    /** Returns the command that works on these schemas alone. */
    public static String retry(String command, List<String> schemas) {
        return command + " --schemas " + SchemaPatterns.exactly(schemas);
    }

    /** The summary for people to read. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(counts());
        List<SchemaOutcome> failed = of(State.FAILED);
        if (!failed.isEmpty()) {
            lines.add(failed.size() == 1 ? "Failed:" : "Failed, independently of each other:");
            lines.addAll(reasons(failed));
            lines.add("To retry %s alone: %s"
                    .formatted(failed.size() == 1 ? "it" : "these", retry(command, names(failed))));
        }
        List<SchemaOutcome> left = of(State.LEFT);
        if (!left.isEmpty()) {
            lines.add("Left:");
            lines.addAll(reasons(left));
            lines.add("The same command finishes them: what is done is not done again. These alone: "
                    + retry(command, names(left)));
        }
        return String.join("\n", lines);
    }

    private String counts() {
        List<String> counts = new ArrayList<>();
        count(counts, State.DONE, done);
        count(counts, State.UNCHANGED, "had nothing to do");
        count(counts, State.FAILED, "failed");
        count(counts, State.LEFT, "left");
        long freed = outcomes.stream().mapToLong(SchemaOutcome::freed).sum();
        return "%s: %s%s (%s s)"
                .formatted(
                        Count.of(outcomes.size(), "schema", "schemas"),
                        String.join(", ", counts),
                        freed == 0 ? "" : "; freed " + Bytes.text(freed),
                        String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0));
    }

    private void count(List<String> counts, State state, String words) {
        int count = of(state).size();
        if (count > 0) {
            counts.add(count + " " + words);
        }
    }

    private List<SchemaOutcome> of(State state) {
        return outcomes.stream().filter(outcome -> outcome.is(state)).toList();
    }

    private static List<String> names(List<SchemaOutcome> outcomes) {
        return outcomes.stream().map(SchemaOutcome::schema).toList();
    }

    /** Groups the results by reason. Reasons that differ only in the name of the schema are one. */
    private static List<String> reasons(List<SchemaOutcome> outcomes) {
        Map<String, List<SchemaOutcome>> same = new LinkedHashMap<>();
        outcomes.forEach(outcome -> same.computeIfAbsent(withoutName(outcome), reason -> new ArrayList<>())
                .add(outcome));
        return same.values().stream().map(SchemaSummary::reason).toList();
    }

    private static String withoutName(SchemaOutcome outcome) {
        return outcome.text()
                .replaceAll("(?<![\\p{L}\\p{N}_])" + Pattern.quote(outcome.schema()) + "(?![\\p{L}\\p{N}_])", "\n");
    }

    private static String reason(List<SchemaOutcome> same) {
        String others = same.size() == 1
                ? ""
                : "\n    the same in %d more: %s%s"
                        .formatted(
                                same.size() - 1,
                                same.stream()
                                        .skip(1)
                                        .limit(MOST_NAMES)
                                        .map(outcome -> TerminalText.line(outcome.schema()))
                                        .collect(joining(", ")),
                                same.size() - 1 > MOST_NAMES ? ", ..." : "");
        SchemaOutcome first = same.get(0);
        return "  " + TerminalText.line(first.schema()) + ": "
                + first.text().lines().collect(joining("\n    ")) + others;
    }
}
