package dbopt.plans;

import dbopt.queries.PlanVerdict;
import dbopt.queries.WatchedQuery;
import dbopt.terminal.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the current plans with those of a recording. Buffers and shape decide, never milliseconds. Without buffers the
 * planner's estimate decides, and only if the plan has changed.
 *
 * @param notes other differences, which may be the reason
 */
record PlanComparison(Recording before, Recording after, List<PlanChange> changes, List<String> notes) {

    PlanComparison {
        changes = List.copyOf(changes);
        notes = List.copyOf(notes);
    }

    /** @param bound up to how many times the work counts as equal */
    static PlanComparison of(Recording before, Recording after, List<WatchedQuery> queries, double bound) {
        Map<String, WatchedQuery> watched =
                queries.stream().collect(Collectors.toMap(WatchedQuery::name, Function.identity()));
        List<PlanChange> changes = Stream.of(before, after)
                .flatMap(recording -> recording.plans().stream())
                .map(QueryPlan::query)
                .distinct()
                .sorted()
                .map(query -> change(query, before, after, Optional.ofNullable(watched.get(query)), bound))
                .toList();
        return new PlanComparison(before, after, changes, EnvironmentChanges.between(before, after));
    }

    private static PlanChange change(
            String query, Recording before, Recording after, Optional<WatchedQuery> watched, double bound) {
        Optional<QueryPlan> then = before.planOf(query);
        Optional<QueryPlan> now = after.planOf(query);
        if (then.isEmpty()
                || now.isEmpty()
                || !then.get().sql().equals(now.get().sql())) {
            String why = then.isEmpty()
                    ? "it was not recorded"
                    : now.isEmpty() ? "it is no longer watched" : "its text has changed since it was recorded";
            return new PlanChange(query, PlanVerdict.NOT_COMPARED, Optional.empty(), false, then, now, why);
        }
        WorkChange work = WorkChange.between(then.get(), now.get());
        SortedSet<String> turned = turned(then.get(), now.get(), after);
        boolean noise = work.isNoise(watched.filter(WatchedQuery::seldom).isPresent());
        PlanVerdict verdict = PlanVerdict.of(
                then.get().hasPlanOf(now.get()),
                then.get().indexes().equals(now.get().indexes()),
                !turned.isEmpty(),
                new PlanVerdict.WorkRatio(work.times(), noise, work.estimated()),
                watched.flatMap(WatchedQuery::bound),
                bound);
        return new PlanChange(
                query, verdict, Optional.of(work.times()), work.estimated(), then, now, detail(then.get(), now.get()));
    }

    private static SortedSet<String> turned(QueryPlan then, QueryPlan now, Recording after) {
        SortedSet<String> turned = new TreeSet<>(now.sequential());
        turned.removeAll(then.sequential());
        turned.removeIf(after::isSmall);
        return turned;
    }

    /** Names the indexes, and the tables read from end to end, that only one of the plans has. */
    private static String detail(QueryPlan then, QueryPlan now) {
        List<String> details = new ArrayList<>();
        only(then.indexes(), now.indexes()).ifPresent(indexes -> details.add("no longer " + indexes));
        only(now.indexes(), then.indexes()).ifPresent(indexes -> details.add("now " + indexes));
        only(now.sequential(), then.sequential()).ifPresent(tables -> details.add("now all of " + tables));
        only(then.sequential(), now.sequential()).ifPresent(tables -> details.add("no longer all of " + tables));
        return String.join("; ", details);
    }

    private static Optional<String> only(Set<String> some, Set<String> others) {
        return some.stream().filter(name -> !others.contains(name)).reduce((names, name) -> names + ", " + name);
    }

    /** The changes, the worst first. */
    List<PlanChange> worstFirst() {
        return changes.stream()
                .sorted(Comparator.comparing(PlanChange::verdict).reversed().thenComparing(PlanChange::query))
                .toList();
    }

    /** The number of queries by verdict, the worst first, in a sentence. */
    String summary() {
        Map<PlanVerdict, Long> counts =
                changes.stream().collect(Collectors.groupingBy(PlanChange::verdict, Collectors.counting()));
        return counts.keySet().stream()
                .sorted(Comparator.reverseOrder())
                .map(verdict -> counts.get(verdict) + " " + verdict.label())
                .collect(Collectors.joining("; ", Count.of(changes.size(), "query", "queries") + ": ", ""));
    }
}
