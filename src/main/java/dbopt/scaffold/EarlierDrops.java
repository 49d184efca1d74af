package dbopt.scaffold;

import dbopt.accepted.IndexDefinition;
import dbopt.files.FileProblem;
import dbopt.findings.AuditedIndex;
import dbopt.guard.GuardedDrop;
import dbopt.guard.QualifiedName;
import dbopt.project.SchemaConfigurations;
import dbopt.project.ScriptNaming.Kind;
import dbopt.scaffold.MigrationFolder.Script;
import dbopt.server.Rows;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The guarded drops that are in the folder already. Two drops of one index cannot be undone one by one: undoing the later one
 * would build the index while the earlier one counts as applied.
 */
final class EarlierDrops {
    private final List<Drop> drops;
    private final SchemaHistory history;
    private final Set<String> gone;

    /**
     * A guarded drop in the folder.
     *
     * @param placeholder the placeholder that stands for the schema in a script for many schemas
     */
    private record Drop(String file, MigrationVersion version, GuardedDrop guarded, Optional<String> placeholder) {
        boolean isForEach() {
            return placeholder.filter(guarded.index()::contains).isPresent();
        }

        private GuardedDrop in(AuditedIndex finding) {
            return isForEach() ? guarded.in(placeholder.orElseThrow(), finding.schema()) : guarded;
        }

        boolean names(AuditedIndex finding) {
            return QualifiedName.parse(in(finding).index())
                    .filter(name -> name.matches(finding.schema(), finding.index()))
                    .isPresent();
        }

        boolean describes(AuditedIndex finding) {
            return IndexDefinition.parse(in(finding).definition())
                    .filter(definition -> definition
                            .withoutName()
                            .equals(IndexDefinition.of(finding.definition()).withoutName()))
                    .isPresent();
        }
    }

    private EarlierDrops(List<Drop> drops, SchemaHistory history, Set<String> gone) {
        this.drops = drops;
        this.history = history;
        this.gone = gone;
    }

    /** Returns no earlier drops, for scripts that have no folder of migrations. */
    static EarlierDrops none() {
        return new EarlierDrops(List.of(), new SchemaHistory("", false, List.of()), Set.of());
    }

    static EarlierDrops in(MigrationFolder folder, SchemaHistory history, Connection database) {
        List<Drop> drops = new ArrayList<>();
        Optional<String> placeholder = SchemaConfigurations.placeholder(folder.flyway());
        for (Script script : folder.scripts()) {
            if (script.kind() == Kind.MIGRATION && folder.naming().isScript(script.file())) {
                GuardedDrop.in(text(folder, script))
                        .ifPresent(drop ->
                                drops.add(new Drop(folder.shown(script.file()), script.version(), drop, placeholder)));
            }
        }
        return new EarlierDrops(drops, history, gone(drops, database));
    }

    private static String text(MigrationFolder folder, Script script) {
        try {
            return Files.readString(script.file(), folder.flyway().getEncoding());
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Nothing was written, because %s cannot be read: %s"
                            .formatted(folder.shown(script.file()), FileProblem.of(e)),
                    e);
        }
    }

    /** Returns the indexes of the drops that the database does not have. */
    private static Set<String> gone(List<Drop> drops, Connection database) {
        Set<String> gone = new HashSet<>();
        try {
            for (Drop drop : drops) {
                Optional<QualifiedName> name =
                        QualifiedName.parse(drop.guarded().index());
                boolean present = Rows.only(
                        database,
                        """
                        select exists (
                            select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                            where c.relkind in ('i', 'I') and n.nspname = coalesce(?, n.nspname) and c.relname = ?
                        )
                        """,
                        row -> row.getBoolean(1),
                        name.flatMap(QualifiedName::schema).orElse(null),
                        name.map(QualifiedName::name).orElse(null));
                if (!present && !drop.isForEach()) {
                    gone.add(drop.guarded().index());
                }
            }
            return gone;
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "Nothing was written: whether the indexes that the folder's migrations drop still exist is unknown: "
                            + e.getMessage(),
                    e);
        }
    }

    boolean areNone() {
        return drops.isEmpty();
    }

    /** Returns why another migration must not drop the index, as the end of a sentence; empty if it may. */
    Optional<String> against(AuditedIndex finding) {
        return drops.stream()
                .filter(drop -> !history.isApplied(drop.version()))
                .flatMap(drop -> against(finding, drop).stream())
                .findFirst();
    }

    private Optional<String> against(AuditedIndex finding, Drop drop) {
        if (drop.names(finding)) {
            String state = history.isUndone(drop.version())
                    ? " drops it already; it was undone, and the next migrate applies it again"
                    : " drops it already, and is not applied yet";
            return Optional.of(
                    drop.file()
                            + state
                            + (drop.describes(finding)
                                    ? ""
                                    : "; but it names another definition than the index has now, so migrate will refuse it: correct or remove it"));
        }
        return gone.contains(drop.guarded().index()) && drop.describes(finding)
                ? Optional.of(
                        "%s drops %s, which has the same definition and does not exist: if it was renamed, rename it back"
                                .formatted(drop.file(), drop.guarded().index()))
                : Optional.empty();
    }

    /** Returns a note on an index that was dropped once and exists again; empty for any other index. */
    Optional<String> recreated(AuditedIndex finding) {
        return drops.stream()
                .filter(drop -> history.isApplied(drop.version()) && drop.names(finding))
                .map(drop ->
                        "%s: %s dropped it, and it was created again since then; whoever created it may do so again"
                                .formatted(finding.qualifiedName(), drop.file()))
                .findFirst();
    }
}
