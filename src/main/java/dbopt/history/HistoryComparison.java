package dbopt.history;

import static java.util.Comparator.naturalOrder;
import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.toSet;

import dbopt.history.MigrationMatch.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

/**
 * Compares the applied migrations of a schema history with the scripts of the same versions in the locations. Baselines and
 * repeatable migrations are left out.
 *
 * @param rows the applied migrations, in the order of their installation
 * @param local the migrations in the locations
 * @param hasOwnBaseline whether the schema history begins with the baseline that this configuration writes
 * @param pending the versions that wait to be applied
 */
public record HistoryComparison(
        List<MigrationMatch> rows, LocalMigrations local, boolean hasOwnBaseline, Set<MigrationVersion> pending) {
    private static final String ANY_BASELINE = "<< Flyway Baseline >>";

    public HistoryComparison {
        rows = List.copyOf(rows);
        pending = Set.copyOf(pending);
    }

    /**
     * Compares the migrations that Flyway found.
     *
     * @param infos all that Flyway's info command returns
     */
    public static HistoryComparison of(Configuration configuration, MigrationInfo... infos) {
        List<MigrationInfoImpl> all =
                Arrays.stream(infos).map(MigrationInfoImpl.class::cast).toList();
        LocalMigrations local = LocalMigrations.of(
                all.stream()
                        .map(MigrationInfoImpl::getResolvedMigration)
                        .filter(Objects::nonNull)
                        .toList(),
                configuration);
        Optional<MigrationVersion> baseline = all.stream()
                .filter(info -> info.getState() == MigrationState.BASELINE)
                .map(MigrationInfoImpl::getVersion)
                .max(naturalOrder());
        return new HistoryComparison(
                all.stream()
                        .filter(HistoryComparison::isAppliedNow)
                        .filter(info -> baseline.filter(
                                        version -> info.getVersion().compareTo(version) <= 0)
                                .isEmpty())
                        .map(info -> local.match(info.getAppliedMigration()))
                        .toList(),
                local,
                all.stream().anyMatch(info -> isOwnBaseline(info, configuration)),
                all.stream()
                        .filter(info -> info.getVersion() != null && isToApply(info.getState()))
                        .map(MigrationInfoImpl::getVersion)
                        .collect(toSet()));
    }

    private static boolean isAppliedNow(MigrationInfoImpl info) {
        return info.getAppliedMigration() != null
                && info.getVersion() != null
                && !info.getType().isSynthetic()
                && !info.getType().isBaseline()
                && !info.getType().isUndo()
                && info.getState() != MigrationState.DELETED
                && info.getState() != MigrationState.UNDONE;
    }

    private static boolean isOwnBaseline(MigrationInfoImpl info, Configuration configuration) {
        return info.getState() == MigrationState.BASELINE
                && !ANY_BASELINE.equals(info.getDescription())
                && configuration.getBaselineDescription().equals(info.getDescription())
                && configuration.getBaselineVersion().equals(info.getVersion());
    }

    private static boolean isToApply(MigrationState state) {
        return state == MigrationState.PENDING || state == MigrationState.IGNORED;
    }

    /**
     * Whether the history shows any sign that this project wrote it: a row that matches a script, or the project's own
     * baseline.
     */
    public boolean hasCommon() {
        return hasOwnBaseline
                || rows.stream()
                        .map(MigrationMatch::verdict)
                        .anyMatch(verdict -> verdict != Verdict.ANOTHER && verdict != Verdict.ABSENT);
    }

    /** The applied migrations whose difference from the scripts makes {@code migrate} refuse. */
    public List<MigrationMatch> differences() {
        return rows.stream().filter(not(local::letsPass)).toList();
    }

    /** Whether the history was written by another project, so that {@code migrate} must not apply the scripts here. */
    public boolean belongsToAnotherProject() {
        return rows.stream().anyMatch(row -> row.verdict() == Verdict.ANOTHER)
                || (!pending.isEmpty() && sharesNothing());
    }

    /**
     * Whether nothing ties the history to this project. Migrations that are newer than every script pass by default, but are
     * no sign that this project wrote the history.
     */
    private boolean sharesNothing() {
        return !rows.isEmpty()
                && !hasCommon()
                && !rows.stream().allMatch(row -> local.letsPass(row) && local.isOlder(row.applied()));
    }
}
