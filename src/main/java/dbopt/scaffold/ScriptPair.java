package dbopt.scaffold;

import static java.util.Objects.requireNonNull;

import dbopt.guard.SchemaPlaceholder;

/** The texts of a migration and its undo script, each with what is beside it. */
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

    /** Whether a name in them looks like a placeholder. */
    boolean holds(String prefix) {
        return migration.contains(prefix) || undo.contains(prefix);
    }

    /**
     * The same for each of many schemas.
     *
     * @throws IllegalArgumentException where they name the schema in a way that no placeholder can stand for
     */
    ScriptPair with(SchemaPlaceholder each) {
        return new ScriptPair(
                each.of(migration), migrationConfiguration + REPLACED, each.of(undo), undoConfiguration + REPLACED);
    }
}
