package dbopt.tenants;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes for people which schemas are reported as one. */
public final class SchemaGroupText {
    private static final int DIFFERENCES = 3;
    private static final int MOST_LINES = 10;

    private SchemaGroupText() {}

    /** Returns a line for each group, followed by a line for each way in which schemas deviate from it; none without groups. */
    public static List<String> lines(EqualSchemas schemas) {
        return lines(schemas, "reported as one (--every-schema reports each)", "--format json");
    }

    /** The same where each schema is counted by itself, and nothing is reported of it. */
    public static List<String> linesOfCounted(EqualSchemas schemas) {
        return lines(
                schemas,
                "each counted by itself, judged as one by dbopt audit --evidence",
                "dbopt audit --format json");
    }

    /** In a few words, such as "2,000 equal schemas, 3 nearly equal"; empty without groups. */
    public static Optional<String> summary(EqualSchemas schemas) {
        int equal = schemas.groups().stream()
                .mapToInt(group -> group.schemas().size())
                .sum();
        int deviating = schemas.groups().stream()
                .mapToInt(group -> group.deviating().size())
                .sum();
        return equal == 0
                ? Optional.empty()
                : Optional.of(SchemaNames.count(equal) + " equal schemas"
                        + (deviating == 0 ? "" : ", " + SchemaNames.count(deviating) + " nearly equal"));
    }

    private static List<String> lines(EqualSchemas schemas, String taken, String all) {
        List<String> lines = new ArrayList<>();
        schemas.groups().forEach(group -> {
            lines.add(SchemaNames.count(group.schemas().size())
                    + " equal schemas, " + taken + ": "
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
                lines.add("  and " + SchemaNames.count(alike.size() - MOST_LINES) + " other differences; " + all
                        + " lists all");
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
