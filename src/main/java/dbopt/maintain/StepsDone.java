package dbopt.maintain;

import dbopt.tenants.Alike;
import dbopt.tenants.EqualSchemas;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reports finished steps. Steps that are reported as one have a single line, once the last of them has ended or the run ends. */
final class StepsDone {
    private final IdentityHashMap<MaintenanceStep, Together> together = new IdentityHashMap<>();

    private static final class Together {
        private final Alike<MaintenanceStep> steps;
        private final List<MaintenanceStep> done = new ArrayList<>();
        private int ended;
        private double seconds;

        Together(Alike<MaintenanceStep> steps) {
            this.steps = steps;
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%s: %.1f s",
                    AlikeSteps.shown(new Alike<>(
                            done,
                            done.stream()
                                    .map(step -> AlikeSteps.schema(step.table().name()))
                                    .sorted()
                                    .toList(),
                            steps.group())),
                    seconds);
        }
    }

    StepsDone(List<MaintenanceStep> steps, EqualSchemas schemas) {
        AlikeSteps.of(steps, schemas).forEach(alike -> {
            Together all = new Together(alike);
            alike.findings().forEach(step -> together.put(step, all));
        });
    }

    /** Notes that a step is done. Returns the line to print if the step was the last of those that are reported as one. */
    Optional<String> done(MaintenanceStep step, double seconds) {
        Together all = together.get(step);
        all.done.add(step);
        all.seconds += seconds;
        return ended(step);
    }

    /**
     * Notes that a step has ended, done or skipped. Returns the line to print if the step was the last of those that are
     * reported as one.
     */
    Optional<String> ended(MaintenanceStep step) {
        Together all = together.get(step);
        all.ended++;
        return all.ended == all.steps.findings().size() && !all.done.isEmpty()
                ? Optional.of(all.text())
                : Optional.empty();
    }

    /** Returns the lines for the groups of steps that are done in part, at the end of the run. */
    List<String> rest() {
        return together.values().stream()
                .distinct()
                .filter(all ->
                        !all.done.isEmpty() && all.ended < all.steps.findings().size())
                .map(Together::text)
                .sorted()
                .toList();
    }
}
