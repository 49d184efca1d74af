package dbopt.rehearse;

import dbopt.bundled.BundledSql;
import dbopt.queries.ExplainedPlan;
import dbopt.rehearse.Rehearsal.IndexUse;
import dbopt.rehearse.Stage.Index;
import dbopt.twin.Twin;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Plans every statement in the twin, drops the indexes there, and plans every statement again. */
final class RehearsalRun {
    private static final int STATEMENTS_BETWEEN_WORDS = 100;

    private final Connection twin;
    private final Twin made;
    private final Map<String, String> unknown;
    private final List<String> notes = new ArrayList<>();
    private final InstantSource clock;
    private final Consumer<String> progress;

    RehearsalRun(Connection twin, Twin made, InstantSource clock, Consumer<String> progress) {
        this.twin = twin;
        this.made = made;
        this.unknown = made.unknown();
        notes.addAll(made.notes());
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Runs the rehearsal.
     *
     * @param without chooses the indexes to drop among those of the twin
     * @param limit how long the planning may take in all; at most half of it is for the plans before the drop. Statements
     *     not reached in time are unknown
     */
    Rehearsal run(Workload workload, BundledSql sql, Choice without, double bound, Duration limit) throws SQLException {
        Stage stage = new Stage(twin, sql, unknown);
        List<Index> indexes = without.among(stage);
        stage.missing().ifPresent(notes::add);
        Set<String> small = stage.smallTables();
        Instant start = clock.instant();
        Map<WorkloadStatement, Planned> before =
                plans(workload, "before", start.plus(limit.dividedBy(2)), statement -> true);
        if (made.keepExpressionStatistics(indexes.stream().map(Index::qualified).toList(), sql)) {
            notes.add(
                    "The statistics of the expressions of these indexes stay, as the migration of dbopt audit --scaffold makes them (CREATE STATISTICS); a bare DROP INDEX loses them, and estimates with them.");
        }
        stage.without(indexes);
        twin.commit();
        Map<WorkloadStatement, Planned> after =
                plans(workload, "after", start.plus(limit), statement -> before.get(statement)
                        .unknown()
                        .isEmpty());
        return new Rehearsal(
                twin.getMetaData().getDatabaseProductVersion(),
                indexes.stream().map(Index::qualified).toList(),
                workload,
                workload.statements().stream()
                        .map(statement -> StatementChange.of(
                                statement, before.get(statement), after.get(statement), small, bound))
                        .toList(),
                indexes.stream().map(index -> use(index, before, after)).toList(),
                unknown,
                notes);
    }

    /** Chooses the indexes to drop. */
    interface Choice {
        List<Index> among(Stage stage) throws SQLException;
    }

    private Map<WorkloadStatement, Planned> plans(
            Workload workload, String when, Instant end, Predicate<WorkloadStatement> wanted) throws SQLException {
        Explainer explainer = new Explainer(twin);
        Map<WorkloadStatement, Planned> plans = new HashMap<>();
        int done = 0;
        for (WorkloadStatement statement : workload.statements()) {
            if (done++ % STATEMENTS_BETWEEN_WORDS == 0) {
                progress.accept("Planning " + when + ": " + (done - 1) + " of "
                        + workload.statements().size() + " statements");
            }
            plans.put(
                    statement,
                    wanted.test(statement) && clock.instant().isBefore(end)
                            ? explained(explainer.plan(statement))
                            : Planned.unknown("not reached within --max-duration"));
        }
        return plans;
    }

    /** Adds the reason why the twin lacks an object, if the server's message is about that object. */
    private Planned explained(Planned planned) {
        Optional<String> reason = planned.unknown().flatMap(message -> unknown.entrySet().stream()
                .filter(entry -> isNamed(entry.getKey(), message))
                .map(entry -> message + " in the twin: " + entry.getValue())
                .findFirst());
        return reason.map(planned::because).orElse(planned);
    }

    private static boolean isNamed(String name, String message) {
        return Stream.of(name, name.substring(name.indexOf('.') + 1))
                .anyMatch(known -> message.contains("\"" + known + "\"") || message.contains(" " + known + "("));
    }

    private static IndexUse use(
            Index index, Map<WorkloadStatement, Planned> before, Map<WorkloadStatement, Planned> after) {
        List<String> statements = new ArrayList<>();
        double calls = 0;
        TreeSet<String> then = new TreeSet<>();
        for (Map.Entry<WorkloadStatement, Planned> planned : before.entrySet()) {
            List<Map.Entry<String, ExplainedPlan>> served = planned.getValue().plans().entrySet().stream()
                    .filter(plan -> plan.getValue().indexes().contains(index.plain()))
                    .toList();
            if (!served.isEmpty()) {
                statements.add(planned.getKey().name());
                calls += planned.getKey().callsADay().orElse(0);
            }
            for (Map.Entry<String, ExplainedPlan> plan : served) {
                // only plans for the same values are compared: for others the statement may have used these indexes
                // before, too
                Optional.ofNullable(after.get(planned.getKey()).plans().get(plan.getKey())).stream()
                        .flatMap(now -> now.indexes().stream())
                        .filter(now -> !plan.getValue().indexes().contains(now))
                        .forEach(then::add);
            }
        }
        return new IndexUse(index.qualified(), statements.stream().sorted().toList(), calls, then);
    }
}
