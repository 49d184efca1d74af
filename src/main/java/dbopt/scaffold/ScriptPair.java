package dbopt.scaffold;

import static java.util.Objects.requireNonNull;

import dbopt.guard.SchemaPlaceholder;

/** The texts of a migration and its undo script, each with the text of its script configuration. */
record ScriptPair(String migration, String migrationConfiguration, String undo, String undoConfiguration) {
    private static final String REPLACED = "# The placeholder stands for the schema.\nplaceholderReplacement=true\n";

    ScriptPair {
        requireNonNull(migration, "migration is null");
        requireNonNull(migrationConfiguration, "migrationConfiguration is null");
        requireNonNull(undo, "undo is null");
        requireNonNull(undoConfiguration, "undoConfiguration is null");
    }

    static ScriptPair of(MigrationPair pair) {
        return new ScriptPair(pair.migration(), pair.migrationConfiguration(), pair.undo(), pair.undoConfiguration());
    }

    /** Whether a name in one of the scripts looks like a placeholder. */
    boolean holds(String prefix) {
        return migration.contains(prefix) || undo.contains(prefix);
    }

    /**
     * Returns the pair for each of many schemas, with a placeholder in place of the schema.
     *
     * @throws IllegalArgumentException if a script names the schema where a placeholder cannot stand
     */
    ScriptPair with(SchemaPlaceholder each) {
        return new ScriptPair(
                each.of(migration), migrationConfiguration + REPLACED, each.of(undo), undoConfiguration + REPLACED);
    }
}
