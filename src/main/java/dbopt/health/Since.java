package dbopt.health;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What changed since the last run in the history.
 *
 * @param found the findings that are new since the last run
 * @param gone the findings of the last run that are gone, by the title of their check
 * @param same the number of findings that both runs have
 */
record Since(Snapshot last, List<Change> found, List<Change> gone, long same, List<Deploy> deploys) {
    /** A finding that appeared or disappeared. */
    record Change(CheckResult check, String object, Severity severity) {}

    Since {
        found = List.copyOf(found);
        gone = List.copyOf(gone);
        deploys = List.copyOf(deploys);
    }

    /**
     * Compares the report with the last run; empty if this is the first run. A check that could not be run in one of the two
     * is not compared.
     */
    static Optional<Since> lastRun(History history, HealthReport report) {
        List<Snapshot> runs = history.snapshots();
        return runs.isEmpty() ? Optional.empty() : Optional.of(since(runs.get(runs.size() - 1), report));
    }

    private static Since since(Snapshot last, HealthReport report) {
        List<Change> found = new ArrayList<>();
        List<Change> gone = new ArrayList<>();
        long same = 0;
        Map<String, List<String>> before = last.findings().orElse(Map.of());
        for (CheckResult result : report.results()) {
            Optional<List<String>> then =
                    Optional.ofNullable(before.get(result.check().name())).filter(objects -> result.isAnswered());
            if (then.isEmpty()) {
                continue;
            }
            Set<String> objects = new HashSet<>(then.get());
            Map<String, Severity> now = new HashMap<>();
            result.toDo().forEach(finding -> now.putIfAbsent(finding.object(), finding.severity()));
            now.forEach((object, severity) -> {
                if (!objects.contains(object)) {
                    found.add(new Change(result, object, severity));
                }
            });
            objects.stream()
                    .filter(object -> !now.containsKey(object))
                    .sorted()
                    .forEach(object -> gone.add(new Change(result, object, Severity.OK)));
            same += now.keySet().stream().filter(objects::contains).count();
        }
        return new Since(
                last,
                found,
                gone,
                same,
                Deploy.between(last, Snapshot.of(report), report.deploys().orElse(List.of())));
    }

    /** Whether this finding is new since the last run. */
    boolean isNew(Check check, Finding finding) {
        return found.stream()
                .anyMatch(change ->
                        change.check().check().equals(check) && change.object().equals(finding.object()));
    }

    String summary() {
        if (last.findings().isEmpty()) {
            return "The history does not have the findings of the last run.";
        }
        return found.isEmpty() && gone.isEmpty()
                ? "No new findings and none gone: " + same + " as before."
                : "%d new, %d gone, %d as before.".formatted(found.size(), gone.size(), same);
    }
}
