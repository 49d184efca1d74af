package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The redundancy rule is one text, in {@code db/audit/redundant_indexes.sql}. Other files hold copies of its parts between
 * markers, so that each is plain SQL. After a change of the rule, {@code mvn test -Dtest=RedundancyRuleTest
 * -Ddbopt.rewrite=true} makes the copies again.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class RedundancyRuleTest {
    private static final String SOURCE = "db/audit/redundant_indexes.sql";
    private static final String BEGIN = "-- begin redundancy rule: ";
    private static final String END = "-- end redundancy rule: ";

    /** The part that has no markers in the source: the whole query. */
    private static final String QUERY = "query";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db/audit/needs_review.sql",
                "db/audit/partitioned_indexes.sql",
                "db/callback/beforeEachMigrate.sql",
                "db/migration/R__monitoring_views.sql"
            })
    void the_rule_between_the_markers_is_up_to_date(String file) throws IOException {
        String copied = withCopies(CaseDatabase.file(file), CaseDatabase.file(SOURCE));
        if (Boolean.getBoolean("dbopt.rewrite")) {
            Files.writeString(Path.of(file), copied);
        }
        assertThat(CaseDatabase.file(file)).contains(BEGIN).isEqualTo(copied);
    }

    /** The guard and the check after an undo compare the same properties that a definition does not contain. */
    @ParameterizedTest
    @ValueSource(strings = {"dependencies", "differences", "created_as"})
    void migration_and_undo_use_the_same_function(String function) {
        String begin = "create or replace function pg_temp." + function + "(";
        assertThat(textFrom(begin, "db/callback/beforeEachUndo.sql"))
                .isEqualTo(textFrom(begin, "db/callback/beforeEachMigrate.sql"));
    }

    private static String textFrom(String begin, String file) {
        String text = CaseDatabase.file(file);
        int start = text.indexOf(begin);
        assertThat(start).as(begin).isNotNegative();
        return text.substring(start, text.indexOf("\n$$;", start));
    }

    @Test
    void copies_a_part_with_the_indentation_of_its_marker_and_keeps_the_rest() {
        String source =
                """
                -- what it is
                with a as (
                    -- begin redundancy rule: one
                    select 1
                        where true

                    -- end redundancy rule: one
                )
                """;
        String target =
                """
                before
                -- begin redundancy rule: one
                stale
                -- end redundancy rule: one
                between
                    -- begin redundancy rule: query
                    -- end redundancy rule: query
                after
                """;
        assertThat(withCopies(target, source))
                .isEqualTo(
                        """
                        before
                        -- begin redundancy rule: one
                        select 1
                            where true

                        -- end redundancy rule: one
                        between
                            -- begin redundancy rule: query
                            with a as (
                                select 1
                                    where true

                            )
                            -- end redundancy rule: query
                        after
                        """);
    }

    private static String withCopies(String target, String source) {
        List<String> lines = new ArrayList<>();
        String inside = null;
        for (String line : target.lines().toList()) {
            String text = line.strip();
            if (inside == null) {
                lines.add(line);
                if (text.startsWith(BEGIN)) {
                    inside = text.substring(BEGIN.length());
                    String margin = line.substring(0, line.indexOf(BEGIN));
                    part(source, inside).forEach(copied -> lines.add(copied.isEmpty() ? "" : margin + copied));
                }
            } else if (text.equals(END + inside)) {
                lines.add(line);
                inside = null;
            }
        }
        assertThat(inside).as("a part without an end marker").isNull();
        return String.join("\n", lines) + "\n";
    }

    /** The lines of a part of the source without its margin, and without the markers of parts inside it. */
    private static List<String> part(String source, String name) {
        List<String> lines = source.lines().toList();
        int from = 0;
        int to = lines.size();
        String margin = "";
        if (name.equals(QUERY)) {
            while (!lines.get(from).startsWith("with ")) {
                from++;
            }
        } else {
            List<String> stripped = lines.stream().map(String::strip).toList();
            from = stripped.indexOf(BEGIN + name) + 1;
            to = stripped.indexOf(END + name);
            assertThat(from).as(name).isBetween(1, to);
            margin = " ".repeat(lines.get(from - 1).indexOf(BEGIN));
        }
        int depth = margin.length();
        return lines.subList(from, to).stream()
                .filter(line -> !line.strip().startsWith(BEGIN) && !line.strip().startsWith(END))
                .map(line -> line.isEmpty() ? line : line.substring(depth))
                .toList();
    }
}
