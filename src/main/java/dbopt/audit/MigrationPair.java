package dbopt.audit;

import static dbopt.guard.SqlText.comment;
import static dbopt.guard.SqlText.literal;

import dbopt.accepted.IndexDefinition;
import dbopt.guard.SqlText;
import dbopt.terminal.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The migration that drops one index, and its undo script, in the project's own style.
 *
 * @param version of both
 */
record MigrationPair(String version, PlannedDrop drop) {
    private static final String LEFTOVER = "_leftover";
    private static final int LONGEST_NAME = 63;
    private static final String NOT_IN_TRANSACTION = "executeInTransaction=false\n";

    /** The name that both files share after their version. */
    String description() {
        return "drop_" + candidate().index().replaceAll("[^A-Za-z0-9_]+", "_");
    }

    String migration() {
        return """
                -- Drops %s on %s (%s): %s when it was audited.
                %s-- Lock:  SHARE UPDATE EXCLUSIVE on %s: reads and writes go on. The drop waits for the transactions
                --        that already use the table; while it waits it blocks nobody.
                -- Undo:  U%s builds the index again, concurrently; no data is lost either way.
                select from pg_temp.%s(
                    %s%s,
                    definition => %s%s
                );

                drop index concurrently if exists %s;
                %s"""
                .formatted(
                        comment(candidate().index()),
                        comment(candidate().table()),
                        comment(candidate().keys()),
                        Bytes.text(candidate().sizeBytes()),
                        drop.reason(),
                        comment(candidate().table()),
                        version,
                        drop.basis().function(),
                        literal(candidate().qualifiedIndex()),
                        drop.basis().arguments().entrySet().stream()
                                .map(argument -> ",\n    " + argument.getKey() + " => " + argument.getValue())
                                .collect(Collectors.joining()),
                        literal(definition()),
                        beyondTheDefinition() + argument("copies", otherCopies()),
                        candidate().qualifiedIndex(),
                        drop.basis()
                                .keeper()
                                .map(keeper -> "\nselect from pg_temp.assert_keeper(%s);\n".formatted(literal(keeper)))
                                .orElse(""));
    }

    String undo() {
        IndexDefinition parsed = IndexDefinition.of(definition());
        String leftover = leftover();
        return """
                -- Brings %s back, exactly as it was before V%s.
                -- Lock:  SHARE UPDATE EXCLUSIVE on %s: reads and writes go on while the index is built. The build waits for
                --        transactions older than itself; while it waits it blocks nobody.
                -- Loses: nothing. Can be run again after any interruption: what an interrupted build left behind is dropped first; a valid
                --        index stays.
                select from pg_temp.assert_name_free(
                    %s,
                    definition => %s,
                    leftover => %s
                );

                drop index concurrently if exists %s;

                %s;
                %s
                select from pg_temp.assert_built(
                    %s,
                    definition => %s%s
                );
                """
                .formatted(
                        comment(candidate().index()),
                        version,
                        comment(candidate().table()),
                        literal(candidate().qualifiedIndex()),
                        literal(definition()),
                        literal(leftover),
                        leftover,
                        parsed.createConcurrentlyInLowerCase(
                                        candidate().predicate(), candidate().tablespace())
                                .replaceFirst("index concurrently ", "index concurrently if not exists "),
                        extras(),
                        literal(candidate().qualifiedIndex()),
                        literal(definition()),
                        beyondTheDefinition());
    }

    String migrationConfiguration() {
        return "# DROP INDEX CONCURRENTLY cannot run inside a transaction.\n" + NOT_IN_TRANSACTION
                + placeholders(migration());
    }

    String undoConfiguration() {
        return "# CREATE INDEX CONCURRENTLY cannot run inside a transaction.\n" + NOT_IN_TRANSACTION
                + placeholders(undo());
    }

    private IndexDetails candidate() {
        return drop.details();
    }

    private String definition() {
        return drop.finding().definition();
    }

    /** What the definition does not say of the index, as arguments of the checks; only what applies. */
    private String beyondTheDefinition() {
        List<String> targets = candidate().statisticsTargets().entrySet().stream()
                .map(target -> target.getKey() + "=" + target.getValue())
                .toList();
        return argument("depends_on", candidate().dependencies())
                + candidate()
                        .tablespace()
                        .map(name -> argument("tablespace", unquoted(name)))
                        .orElse("")
                + candidate().comment().map(text -> argument("comment", text)).orElse("")
                + argument("statistics_targets", targets);
    }

    private List<String> otherCopies() {
        return candidate().copies().stream()
                .filter(copy -> !drop.basis().keeper().equals(Optional.of(copy)))
                .toList();
    }

    private static String argument(String name, String value) {
        return ",\n    " + name + " => " + literal(value);
    }

    private static String argument(String name, List<String> values) {
        return values.isEmpty()
                ? ""
                : values.stream()
                        .map(SqlText::literal)
                        .collect(Collectors.joining(", ", ",\n    " + name + " => array[", "]"));
    }

    private static String unquoted(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }

    /** The name that what an interrupted build left gets, until the next run drops it: at most 63 bytes long. */
    private String leftover() {
        String beginning = candidate().index();
        while ((beginning + LEFTOVER).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            beginning = beginning.substring(0, beginning.offsetByCodePoints(beginning.length(), -1));
        }
        String schema = candidate()
                .qualifiedTable()
                .substring(
                        0, candidate().qualifiedTable().length() - quotedTable().length());
        String name = beginning + LEFTOVER;
        return schema + (name.matches("[a-z_][a-z0-9_]*") ? name : quoted(name));
    }

    private String quotedTable() {
        String quoted = quoted(candidate().table());
        return candidate().qualifiedTable().endsWith("." + quoted)
                ? quoted
                : candidate().table();
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** What a CREATE INDEX does not say. */
    private String extras() {
        Map<String, String> statements = new TreeMap<>();
        candidate()
                .statisticsTargets()
                .forEach((column, target) -> statements.put(
                        "1 %05d".formatted(column),
                        "alter index %s alter column %d set statistics %d;\n"
                                .formatted(candidate().qualifiedIndex(), column, target)));
        candidate()
                .comment()
                .ifPresent(text -> statements.put(
                        "2",
                        "comment on index %s is %s;\n".formatted(candidate().qualifiedIndex(), literal(text))));
        return statements.isEmpty() ? "" : statements.values().stream().collect(Collectors.joining("", "\n", ""));
    }

    /** A name that looks like a placeholder must reach the database as it is. */
    private static String placeholders(String script) {
        return script.contains("${")
                ? "# A name here only looks like a placeholder.\nplaceholderReplacement=false\n"
                : "";
    }
}
