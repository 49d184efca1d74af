package dbopt.scaffold;

import static dbopt.guard.SqlText.comment;
import static dbopt.guard.SqlText.literal;
import static java.util.stream.Collectors.joining;

import dbopt.accepted.IndexDefinition;
import dbopt.findings.ExpressionStatistics;
import dbopt.findings.IndexDetails;
import dbopt.guard.SqlText;
import dbopt.server.SessionTimeouts;
import dbopt.terminal.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The migration that drops one index, and its undo script, as the templates of {@code db/scaffold} have them.
 *
 * @param version the version of both scripts; empty for plain scripts
 */
record MigrationPair(String version, PlannedDrop drop) {
    private static final String LEFTOVER = "_leftover";
    private static final int LONGEST_NAME = 63;
    private static final String NOT_IN_TRANSACTION = "executeInTransaction=false\n";

    /** Returns the description that both file names have after the version. */
    String description() {
        return "drop_" + candidate().index().replaceAll("[^A-Za-z0-9_]+", "_");
    }

    String migration() {
        return isPartitioned()
                ? filled("partitioned_migration.sql", Map.of("check", check()))
                : filled("migration.sql", Map.of("drop", dropStatements()));
    }

    String undo() {
        return isPartitioned()
                ? filled("partitioned_undo.sql", Map.of("check", restoreCheck()))
                : filled("undo.sql", Map.of("restore", restoreStatements()));
    }

    /** Returns the part of a plain script that drops the index. */
    String plainDrop() {
        return filled("plain_drop_each.sql", Map.of("drop", dropStatements()));
    }

    /** Returns the part of a plain script that restores the index. */
    String plainUndo() {
        return filled("plain_undo_each.sql", Map.of("restore", restoreStatements()));
    }

    /** Returns the check, the drop and the check after it, without a header. */
    private String dropStatements() {
        return filled("drop.sql", Map.of("check", check())).stripTrailing();
    }

    /** Returns the statements that restore the index, without a header. */
    private String restoreStatements() {
        return filled("restore.sql", Map.of("check", restoreCheck())).stripTrailing();
    }

    /** Returns the statement that stops the migration unless the drop is proven. */
    String check() {
        return filled(isPartitioned() ? "partitioned_drop_check.sql" : "drop_check.sql", Map.of())
                .stripTrailing();
    }

    /** Returns the statement that stops the undo script if a name that it needs is taken. */
    String restoreCheck() {
        return filled(isPartitioned() ? "partitioned_restore_check.sql" : "restore_check.sql", Map.of())
                .stripTrailing();
    }

    String migrationConfiguration() {
        return (isPartitioned()
                        ? "# Its time-outs apply to its transaction.\nexecuteInTransaction=true\n"
                        : "# DROP INDEX CONCURRENTLY cannot run inside a transaction.\n" + NOT_IN_TRANSACTION)
                + placeholders(migration());
    }

    String undoConfiguration() {
        return "# CREATE INDEX CONCURRENTLY cannot run inside a transaction.\n" + NOT_IN_TRANSACTION
                + placeholders(undo());
    }

    private String filled(String template, Map<String, String> more) {
        String leftover = leftover();
        Map<String, String> values = new HashMap<>(more);
        values.put("version", version);
        values.put("index", comment(candidate().qualifiedIndex()));
        values.put("table", comment(candidate().qualifiedTable()));
        values.put("keys", comment(candidate().keys()));
        values.put("size", Bytes.text(candidate().sizeBytes()));
        values.put("reason", drop.reason());
        values.put("function", drop.basis().function());
        values.put(
                "basis",
                drop.basis().arguments().entrySet().stream()
                        .map(argument -> ",\n    " + argument.getKey() + " => " + argument.getValue())
                        .collect(joining()));
        values.put(
                "keeper",
                drop.basis()
                        .keeper()
                        .map(keeper -> "\nselect from pg_temp.assert_keeper(%s);".formatted(literal(keeper)))
                        .orElse(""));
        values.put("qualifiedIndex", candidate().qualifiedIndex());
        values.put("indexLiteral", literal(candidate().qualifiedIndex()));
        values.put("definition", literal(definition()));
        values.put("details", beyondTheDefinition());
        values.put("copies", argument("copies", otherCopies()));
        values.put("tableLiteral", literal(candidate().qualifiedTable()));
        values.put("parts", parts());
        values.put("leftover", leftover);
        values.put("leftoverLiteral", literal(leftover));
        values.put(
                "create",
                IndexDefinition.of(definition())
                        .createConcurrentlyInLowerCase(
                                candidate().predicate(), candidate().tablespace())
                        .replaceFirst("index concurrently ", "index concurrently if not exists "));
        values.put("extras", extras());
        values.put("shortTry", statements(SessionTimeouts.ofShortTry().stream()));
        values.put("statistics", "");
        values.put("withoutStatistics", "");
        if (!drop.statistics().isEmpty()) {
            Map<String, String> ofExpressions = Map.of(
                    "create", statements(drop.statistics().stream().flatMap(made -> made.create().stream())),
                    "drop", statements(drop.statistics().stream().map(ExpressionStatistics::drop)),
                    "qualifiedTable", candidate().qualifiedTable(),
                    "indexLiteral", literal(candidate().qualifiedIndex()),
                    "names",
                            drop.statistics().stream()
                                    .map(made -> literal(made.name()))
                                    .collect(joining(", ", "array[", "]")));
            values.put("statistics", ScriptTemplate.of("statistics.sql").with(ofExpressions));
            values.put(
                    "withoutStatistics",
                    ScriptTemplate.of("without_statistics.sql").with(ofExpressions));
        }
        return ScriptTemplate.of(template).with(values);
    }

    private static String statements(Stream<String> statements) {
        return statements.map(statement -> statement + ";").collect(joining("\n"));
    }

    /** Whether the index is partitioned, so that its parts on partitions are dropped and restored with it. */
    boolean isPartitioned() {
        return drop.finding().parts().isPresent();
    }

    /** Returns the statements that create the index and its parts, as an SQL array with one line for each. */
    private String parts() {
        return drop.finding()
                .parts()
                .map(parts -> parts.statements().stream()
                        .map(SqlText::literal)
                        .collect(joining(",\n        ", "array[\n        ", "\n    ]")))
                .orElse("");
    }

    private IndexDetails candidate() {
        return drop.details();
    }

    private String definition() {
        return drop.finding().definition();
    }

    /**
     * Returns the properties that the index's definition does not contain, as arguments of the checks; only those that are set.
     */
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
                : values.stream().map(SqlText::literal).collect(joining(", ", ",\n    " + name + " => array[", "]"));
    }

    private static String unquoted(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }

    /**
     * Returns the name, at most 63 bytes long, that the remains of an interrupted build are given until the next run drops
     * them.
     */
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

    /** Returns the statements for properties of the index that CREATE INDEX cannot set. */
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
        return statements.isEmpty() ? "" : statements.values().stream().collect(joining("", "\n", ""));
    }

    /**
     * Returns the setting that turns off placeholders, if a name in the script looks like one and must reach the database as it
     * is.
     */
    private static String placeholders(String script) {
        return script.contains("${")
                ? "# A name here only looks like a placeholder.\nplaceholderReplacement=false\n"
                : "";
    }
}
