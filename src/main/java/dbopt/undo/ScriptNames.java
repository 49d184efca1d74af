package dbopt.undo;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.extensibility.AppliedMigration;

/** The names of migrations and their undo scripts, in files and in messages. */
record ScriptNames(String migrationPrefix, String separator, String suffix) {
    static ScriptNames of(Configuration configuration) {
        return new ScriptNames(
                configuration.getSqlMigrationPrefix(),
                configuration.getSqlMigrationSeparator(),
                configuration.getSqlMigrationSuffixes()[0]);
    }

    /** Returns the name of the migration, such as {@code V7__add_invoice_due_date}. */
    String migration(AppliedMigration migration) {
        return migrationPrefix + versionAndDescription(migration);
    }

    /**
     * Returns the name of the undo script, such as {@code U7__add_invoice_due_date.sql}; its version is written as in the
     * migration's own file name, {@code 4_7} or {@code 4.7}.
     */
    String undoScript(AppliedMigration migration) {
        String script = migration.getScript().replaceFirst("^.*[/\\\\]", "");
        boolean isFile = script.startsWith(migrationPrefix) && script.endsWith(suffix);
        return UndoResourceType.PREFIX
                + (isFile ? script.substring(migrationPrefix.length()) : versionAndDescription(migration) + suffix);
    }

    private String versionAndDescription(AppliedMigration migration) {
        return migration.getVersion() + separator + migration.getDescription().replace(' ', '_');
    }

    static String shortName(MigrationVersion version) {
        return "V" + version;
    }

    /** Returns the versions as a list for people, such as {@code V9, V8 and V7}. */
    static String list(Stream<MigrationVersion> versions) {
        List<String> names = versions.map(ScriptNames::shortName).toList();
        String last = names.get(names.size() - 1);
        return names.size() == 1
                ? last
                : names.stream().limit(names.size() - 1L).collect(joining(", ")) + " and " + last;
    }
}
