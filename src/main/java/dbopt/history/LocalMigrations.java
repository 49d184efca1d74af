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

/** The versioned migrations that the locations hold, and what the configuration lets differ from the schema history. */
public final class LocalMigrations {
    private final Map<MigrationVersion, ResolvedMigration> migrations = new TreeMap<>();
    private final Optional<MigrationVersion> newest;
    private final Configuration configuration;

    private LocalMigrations(Collection<ResolvedMigration> resolved, Configuration configuration) {
        // as Flyway does, which counts every script that has a version
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
     * What this project has for an applied migration.
     *
     * @param applied a row that has a version
     */
    public MigrationMatch match(AppliedMigration applied) {
        return new MigrationMatch(applied, Optional.ofNullable(migrations.get(applied.getVersion())));
    }

    /** Whether {@code ignoreMigrationPatterns} lets an applied migration be absent. */
    public boolean mayBeAbsent(AppliedMigration applied) {
        MigrationState state = isOlder(applied) ? MigrationState.MISSING_SUCCESS : MigrationState.FUTURE_SUCCESS;
        return Arrays.stream(configuration.getIgnoreMigrationPatterns())
                .anyMatch(pattern -> pattern.matchesMigration(true, state));
    }

    /** Whether {@code migrate} applies a version below the newest applied one. */
    public boolean appliesOutOfOrder() {
        return configuration.isOutOfOrder();
    }

    /** Whether it is older than the newest script here; else Flyway calls it a future one. */
    boolean isOlder(AppliedMigration applied) {
        return newest.filter(version -> applied.getVersion().compareTo(version) < 0)
                .isPresent();
    }

    /** Whether the configuration lets the difference pass; a failed migration may have been corrected since. */
    public boolean letsPass(MigrationMatch match) {
        return switch (match.verdict()) {
            case SAME -> true;
            case ANOTHER -> false;
            case ABSENT -> mayBeAbsent(match.applied());
            case EDITED -> !isValidated() || !match.applied().isSuccess();
            case RENAMED, OF_ANOTHER_TYPE -> !isValidated();
        };
    }

    /** Whether {@code migrate} compares at all. */
    public boolean isValidated() {
        return configuration.isValidateOnMigrate();
    }
}
