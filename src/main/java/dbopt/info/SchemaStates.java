package dbopt.info;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dbopt.terminal.Count;
import dbopt.terminal.TerminalText;
import dbopt.terminal.TextTable;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups schemas by the state of their migrations.
 *
 * @param states the state of each schema, in the order of the report
 */
record SchemaStates(Map<String, HistoryState> states) {
    /** The most schema names that the table shows beside a state; JSON has all of them. */
    private static final int MOST_NAMES = 3;

    SchemaStates {
        states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    }

    /** Returns a table for people to read, the most frequent state first. */
    String text() {
        TextTable table = new TextTable(">schemas", "state", "which");
        Map<HistoryState, List<String>> same = states.entrySet().stream()
                .collect(groupingBy(Map.Entry::getValue, LinkedHashMap::new, mapping(Map.Entry::getKey, toList())));
        same.entrySet().stream()
                .sorted(Comparator.comparing(state -> -state.getValue().size()))
                .forEach(state -> table.row(
                        String.valueOf(state.getValue().size()), state.getKey().text(), some(state.getValue())));
        return Count.of(states.size(), "schema", "schemas") + " in " + Count.of(same.size(), "state", "states") + "\n"
                + table.text()
                + same.entrySet().stream()
                        .filter(state -> !state.getKey().differences().isEmpty())
                        .map(state -> differences(state.getKey(), state.getValue()))
                        .collect(joining());
    }

    private static String differences(HistoryState state, List<String> schemas) {
        return "The scripts here are not those that were applied in %s; migrate and undo refuse until they are:\n%s\n"
                .formatted(some(schemas), TerminalText.some(state.differences()));
    }

    private static String some(List<String> schemas) {
        return schemas.stream().limit(MOST_NAMES).map(TerminalText::line).collect(joining(", "))
                + (schemas.size() > MOST_NAMES ? ", ..." : "");
    }
}
