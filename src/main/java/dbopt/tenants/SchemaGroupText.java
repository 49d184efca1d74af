package dbopt.tenants;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes for people which schemas are reported as one. */
public final class SchemaGroupText {
    private static final int DIFFERENCES = 3;
    private static final int MOST_LINES = 10;

    private SchemaGroupText() {}

    /** Returns a line for each group, followed by a line for each way in which schemas deviate from it; none without groups. */
    public static List<String> lines(EqualSchemas schemas) {
        List<String> lines = new ArrayList<>();
        schemas.groups().forEach(group -> {
            lines.add(SchemaNames.count(group.schemas().size())
                    + " equal schemas, reported as one (--every-schema reports each): "
                    + SchemaNames.some(group.schemas()));
            Map<List<String>, List<String>> alike = group.deviating().stream()
                    .collect(groupingBy(
                            SchemaGroup.Deviating::differences,
                            LinkedHashMap::new,
                            mapping(SchemaGroup.Deviating::schema, toList())));
            alike.entrySet().stream()
                    .limit(MOST_LINES)
                    .forEach(deviating -> lines.add("  nearly equal: " + SchemaNames.some(deviating.getValue())
                            + ", which " + differences(deviating.getKey())));
            if (alike.size() > MOST_LINES) {
                lines.add("  and " + SchemaNames.count(alike.size() - MOST_LINES)
                        + " other ways to be nearly equal; --format json has all");
            }
        });
        return lines;
    }

    private static String differences(List<String> differences) {
        String shown =
                TerminalText.line(String.join(", ", differences.subList(0, Math.min(DIFFERENCES, differences.size()))));
        return differences.size() > DIFFERENCES
                ? shown + " and differs in " + (differences.size() - DIFFERENCES) + " more"
                : shown;
    }
}
