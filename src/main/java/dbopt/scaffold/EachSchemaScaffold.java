package dbopt.scaffold;

import static java.util.stream.Collectors.joining;

import dbopt.findings.Audit;
import dbopt.findings.AuditedIndex;
import dbopt.findings.IndexName;
import dbopt.guard.SchemaPlaceholder;
import dbopt.project.MigrationProject;
import dbopt.project.SchemaConfigurations;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Count;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Writes migrations and undo scripts for many equal schemas: they are made for one schema in which the indexes are found, with
 * a placeholder in place of the schema's name. In every other schema the guard proves that the index is redundant there too.
 */
record EachSchemaScaffold(
        Path path, Chosen chosen, MigrationProject project, Optional<String> firstVersion, boolean withGuard)
        implements ScaffoldWriter {
    private static final int MOST_NAMES = 10;

    @Override
    public String write(Audit.Result result, Connection database) {
        List<AuditedIndex> findings = Stream.<List<? extends AuditedIndex>>of(
                        result.report().redundantIndexes(),
                        result.report().unusedIndexes(),
                        chosen.judgement().isPresent() ? result.report().needsReview() : List.of())
                .<AuditedIndex>flatMap(List::stream)
                .toList();
        String schema = schema(findings);
        Configuration flyway = project.flywayOf(schema);
        String placeholder = SchemaConfigurations.placeholder(project.flyway())
                .orElseThrow(() -> refused(
                        "the histories are in one place (%s in flyway.table), so a placeholder of yours names the schema in scripts, and there is none: %s"
                                .formatted(
                                        SchemaConfigurations.SCHEMA,
                                        project.line("flyway.placeholders.tenant", SchemaConfigurations.SCHEMA))));
        SchemaPlaceholder each = new SchemaPlaceholder(schema, placeholder);
        MigrationFolder folder = MigrationFolder.at(path, flyway);
        folder.requireOrder();
        Chosen inSchema = new Chosen(
                chosen.indexes().stream()
                        .map(name -> qualified(name, schema, findings))
                        .toList(),
                chosen.judgement());
        String written = new ScaffoldRun(
                        folder, project, inSchema, firstVersion, withGuard, pair -> pair(pair, each, flyway))
                .write(result, database);
        return written + others(findings, schema);
    }

    /** Returns the first schema, by name, in which the first chosen index is found. */
    private String schema(List<AuditedIndex> findings) {
        String name = chosen.indexes().get(0);
        return findings.stream()
                .filter(finding -> new IndexName(finding.schema(), finding.index()).isCalled(name))
                .map(AuditedIndex::schema)
                .sorted()
                .findFirst()
                .orElseThrow(() -> refused("no schema has an index %s that the audit found; see dbopt audit"
                        .formatted(TerminalText.line(name))));
    }

    private static String qualified(String name, String schema, List<AuditedIndex> findings) {
        return findings.stream()
                .filter(finding -> finding.schema().equals(schema)
                        && new IndexName(finding.schema(), finding.index()).isCalled(name))
                .map(AuditedIndex::qualifiedName)
                .findFirst()
                .orElse(name);
    }

    private static ScriptPair pair(ScriptPair pair, SchemaPlaceholder each, Configuration flyway) {
        if (pair.holds(flyway.getPlaceholderPrefix())) {
            throw refused("a name or a comment holds %s, which begins a placeholder"
                    .formatted(flyway.getPlaceholderPrefix()));
        }
        try {
            return pair.with(each);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage());
        }
    }

    /** Returns in which other schemas the audit found indexes of these names, as lines for people. */
    private String others(List<AuditedIndex> findings, String schema) {
        Set<String> others = new TreeSet<>();
        findings.stream()
                .filter(finding -> !finding.schema().equals(schema)
                        && chosen.indexes().stream()
                                .anyMatch(name -> new IndexName(finding.schema(), finding.index()).isCalled(name)
                                        || new IndexName(finding.schema(), finding.index())
                                                .isCalled(name.replaceFirst("^.*\\.", ""))))
                .map(AuditedIndex::schema)
                .forEach(others::add);
        List<String> lines = new ArrayList<>();
        lines.add("\nWritten for every schema, after the example of %s. The audit found the same name in %s%s."
                .formatted(
                        TerminalText.line(schema),
                        Count.of(others.size(), "other", "others"),
                        others.isEmpty()
                                ? ""
                                : others.stream()
                                        .limit(MOST_NAMES)
                                        .map(TerminalText::line)
                                        .collect(joining(", ", ": ", others.size() > MOST_NAMES ? ", ..." : ""))));
        lines.add(
                "The guard proves it in each schema before it drops the index; where the proof fails, only that schema fails.");
        lines.add("To apply it: dbopt migrate --schemas PATTERN");
        return String.join("\n", lines);
    }

    private static CommandFailure refused(String why) {
        return new CommandFailure(CommandFailure.Kind.USAGE, "Nothing was written: " + why + ".");
    }
}
