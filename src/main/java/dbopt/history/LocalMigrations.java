package dbopt.history;

import static java.util.Comparator.naturalOrder;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;

/** The versioned migrations in the locations, and the differences from the schema history that the configuration lets pass. */
public final class LocalMigrations {
    private final Map<MigrationVersion, ResolvedMigration> migrations = new TreeMap<>();
    private final Optional<MigrationVersion> newest;
    private final Configuration configuration;

    private LocalMigrations(Collection<ResolvedMigration> resolved, Configuration configuration) {
        // Flyway, too, counts every script that has a version
        newest = resolved.stream()
                .map(ResolvedMigration::getVersion)
                .filter(Objects::nonNull)
                .max(naturalOrder());
        this.configuration = configuration;
        for (ResolvedMigration migration : resolved) {
            if (migration.getVersion() != null
                    && !migration.getType().isUndo()
                    && !migration.getType().isBaseline()) {
                migrations.put(migration.getVersion(), migration);
            }
        }
    }

    public static LocalMigrations of(Collection<ResolvedMigration> resolved, Configuration configuration) {
        return new LocalMigrations(resolved, configuration);
    }

    /**
     * Finds the script of an applied migration's version.
     *
     * @param applied a row of the schema history that has a version
     */
    public MigrationMatch match(AppliedMigration applied) {
        return new MigrationMatch(applied, Optional.ofNullable(migrations.get(applied.getVersion())));
    }

    /** Whether {@code ignoreMigrationPatterns} lets the script of an applied migration be missing. */
    public boolean mayBeAbsent(AppliedMigration applied) {
        MigrationState state = isOlder(applied) ? MigrationState.MISSING_SUCCESS : MigrationState.FUTURE_SUCCESS;
        return Arrays.stream(configuration.getIgnoreMigrationPatterns())
                .anyMatch(pattern -> pattern.matchesMigration(true, state));
    }

    /** Whether the configuration lets {@code migrate} apply versions below the newest applied one. */
    public boolean appliesOutOfOrder() {
        return configuration.isOutOfOrder();
    }

    /** Whether the applied migration is older than the newest script here; Flyway calls any other a future migration. */
    boolean isOlder(AppliedMigration applied) {
        return newest.filter(version -> applied.getVersion().compareTo(version) < 0)
                .isPresent();
    }

    /**
     * Whether the configuration lets the difference pass. An edited script passes if its migration failed, since it may have
     * been corrected.
     */
    public boolean letsPass(MigrationMatch match) {
        return switch (match.verdict()) {
            case SAME -> true;
            case ANOTHER -> false;
            case ABSENT -> mayBeAbsent(match.applied());
            case EDITED -> !isValidated() || !match.applied().isSuccess();
            case RENAMED, OF_ANOTHER_TYPE -> !isValidated();
        };
    }

    /** Whether {@code migrate} compares the scripts with the schema history at all. */
    public boolean isValidated() {
        return configuration.isValidateOnMigrate();
    }
}
