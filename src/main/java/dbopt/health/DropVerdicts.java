package dbopt.health;

import dbopt.effects.Effects;
import dbopt.effects.IndexEffect;
import dbopt.effects.Outcome;
import dbopt.terminal.CommandFailure;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The check that reports the verdict of the observations on each dropped index, for as long as {@code dbopt watch} watches
 * it.
 */
final class DropVerdicts {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    static final Check CHECK = new Check(
            "watched_drops",
            "Drops under watch",
            "warning when the application has read more since an index was dropped; unknown where the observations cannot show it; info for every other one, for "
                    + Effects.WATCHED_DAYS + " days",
            "Whether an index was needed shows in what the application does without it.",
            "See which statements show it, and the version to undo: dbopt watch FILE. Then dbopt undo --target VERSION.",
            Optional.empty(),
            "");

    private DropVerdicts() {}

    /**
     * Returns the verdicts on the watched drops; unknown if the file of observations cannot be read.
     *
     * @param effects reads the effects of the drops from the file of observations, and throws {@link CommandFailure} if that
     *     fails
     */
    static CheckResult of(Supplier<Effects> effects) {
        try {
            return of(effects.get());
        } catch (CommandFailure e) {
            return new CheckResult(
                    CHECK,
                    List.of(Finding.unknown(e.getMessage().lines().findFirst().orElse("the file cannot be read"))),
                    List.of());
        }
    }

    private static CheckResult of(Effects effects) {
        return new CheckResult(
                CHECK,
                effects.ofLast(Effects.WATCHED_DAYS).stream()
                        .map(DropVerdicts::finding)
                        .sorted(Comparator.comparing(Finding::severity))
                        .toList(),
                List.of());
    }

    private static Finding finding(IndexEffect effect) {
        return new Finding(
                severity(effect.outcome()),
                effect.lost().title(),
                Optional.empty(),
                "",
                effect.outcome().label() + ": " + effect.why().replaceFirst("\\.$", "")
                        + effect.ready()
                                .map(ready -> "; ask again at " + TIME.format(ready))
                                .orElse(""),
                Optional.empty());
    }

    private static Severity severity(Outcome outcome) {
        return switch (outcome) {
            case WORSE -> Severity.WARNING;
            case UNKNOWN -> Severity.UNKNOWN;
            case TOO_EARLY, SAME, BETTER, TAKEN_BACK -> Severity.INFO;
        };
    }
}
