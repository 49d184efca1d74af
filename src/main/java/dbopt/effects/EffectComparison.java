package dbopt.effects;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingDouble;

import dbopt.effects.Interval.Slot;
import dbopt.effects.Side.Range;
import dbopt.evidence.TableCounters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what was counted with an index and without it.
 *
 * @param lost the indexes to compare
 * @param losses the lost indexes of each node, by the name of the index
 * @param intervals the intervals of each node
 * @param statementsMissing why statement counters are missing; empty if they are there
 */
record EffectComparison(
        List<LostIndex> lost,
        Map<String, Map<String, LostIndex>> losses,
        Map<String, List<Interval>> intervals,
        Optional<String> statementsMissing,
        Bounds bounds) {

    /** What was counted before, during and after the absence of one index. */
    private record Measured(LostIndex index, Side before, Side after, Side again, boolean alike) {
        /** How many more rows sequential scans read in an hour than with the index. */
        double moreRows() {
            return after.table().rowsReadAnHour() - before.table().rowsReadAnHour();
        }

        IndexedTable table() {
            return index.table();
        }

        boolean overlaps(Measured other) {
            return !index.primary().missed().isAfter(other.index.primary().lastMissed())
                    && !other.index.primary().missed().isAfter(index.primary().lastMissed());
        }
    }

    List<IndexEffect> effects() {
        List<Measured> all = lost.stream().map(this::measured).toList();
        return all.stream()
                .map(measured -> new Judge(
                                measured,
                                all.stream()
                                        .filter(other -> !other.equals(measured) && other.overlaps(measured))
                                        .toList())
                        .effect())
                .toList();
    }

    private Measured measured(LostIndex index) {
        List<LostIndex> siblings = lost.stream()
                .filter(other -> !other.equals(index) && other.table().shares(index.table()))
                .toList();
        List<List<Interval>> before = new ArrayList<>();
        List<List<Interval>> after = new ArrayList<>();
        List<List<Interval>> again = new ArrayList<>();
        losses.forEach((node, ofNode) -> Optional.ofNullable(ofNode.get(index.name()))
                .map(LostIndex::primary)
                .ifPresent(absence -> {
                    List<Interval> all = intervals.get(node);
                    before.add(before(all, absence, siblings));
                    after.add(after(all, absence, siblings));
                    again.add(all.stream()
                            .filter(interval -> absence.back()
                                    .filter(back -> !interval.from().isBefore(back))
                                    .isPresent())
                            .toList());
                }));
        boolean alike = alike(before, after);
        IndexedTable table = index.table();
        return new Measured(index, new Side(table, before), new Side(table, after), new Side(table, again), alike);
    }

    /**
     * Returns the intervals with the index, from the last earlier drop on the same table on. Intervals too long before the
     * drop are left out.
     */
    private static List<Interval> before(List<Interval> all, Absence absence, List<LostIndex> siblings) {
        Instant from = siblings.stream()
                .map(other -> other.primary().missed())
                .filter(missed -> !missed.isAfter(absence.lastSeen()))
                .max(Instant::compareTo)
                .filter(missed -> missed.isAfter(absence.present()))
                .orElse(absence.present());
        return all.stream()
                .filter(interval -> !interval.from().isBefore(from)
                        && !interval.to().isAfter(absence.lastSeen())
                        && !interval.from().isBefore(absence.lastSeen().minus(Bounds.BEFORE)))
                .toList();
    }

    /** Returns the intervals without the index, until the next index of the same table was dropped. */
    private static List<Interval> after(List<Interval> all, Absence absence, List<LostIndex> siblings) {
        Instant to = siblings.stream()
                .map(other -> other.primary().lastSeen())
                .filter(seen -> !seen.isBefore(absence.missed()))
                .min(Instant::compareTo)
                .filter(seen -> seen.isBefore(absence.lastMissed()))
                .orElse(absence.lastMissed());
        return all.stream()
                .filter(interval -> !interval.from().isBefore(absence.missed())
                        && !interval.to().isAfter(to))
                .toList();
    }

    /**
     * Keeps only the intervals before the drop from the same hours of the week, or else of the day, as those after it.
     * Returns whether there are enough of them; otherwise keeps all.
     */
    private boolean alike(List<List<Interval>> before, List<List<Interval>> after) {
        return keepAlike(before, after, Function.identity()) || keepAlike(before, after, Slot::ofAnyDay);
    }

    private boolean keepAlike(List<List<Interval>> before, List<List<Interval>> after, Function<Slot, Slot> grain) {
        Set<Slot> wanted = new HashSet<>();
        for (List<Interval> node : after) {
            for (Interval interval : node) {
                if (interval.slot().isEmpty()) {
                    return false;
                }
                wanted.add(grain.apply(interval.slot().get()));
            }
        }
        Predicate<Interval> like =
                interval -> interval.slot().map(grain).filter(wanted::contains).isPresent();
        List<List<Interval>> kept =
                before.stream().map(node -> node.stream().filter(like).toList()).toList();
        Set<Slot> found = kept.stream()
                .flatMap(List::stream)
                .flatMap(interval -> interval.slot().map(grain).stream())
                .collect(Collectors.toSet());
        double hours =
                kept.stream().flatMap(List::stream).mapToDouble(Interval::hours).sum() / Math.max(1, kept.size());
        if (wanted.isEmpty()
                || !found.containsAll(wanted)
                || hours < bounds.atLeast().toMinutes() / 60.0) {
            return false;
        }
        before.clear();
        before.addAll(kept);
        return true;
    }

    /** Judges one index. */
    private final class Judge {
        private final Measured measured;
        private final LostIndex index;
        private final Side before;
        private final Side after;
        private final Side again;
        private final List<Measured> others;
        private final List<StatementEffect> statements;

        Judge(Measured measured, List<Measured> others) {
            this.measured = measured;
            this.index = measured.index();
            this.before = measured.before();
            this.after = measured.after();
            this.again = measured.again();
            this.others = others;
            this.statements = statements();
        }

        /** The outcome, the reason, and when an outcome that is not known yet will be known. */
        private record Finding(Outcome outcome, String why, Optional<Instant> ready) {
            static Finding of(Outcome outcome, String why) {
                return new Finding(outcome, why, Optional.empty());
            }
        }

        private List<StatementEffect> statements() {
            Map<StatementName, Range> all = new HashMap<>(before.statements());
            after.statements().forEach(all::putIfAbsent);
            return all.keySet().stream()
                    .map(this::statement)
                    .filter(this::isOfThis)
                    .sorted(comparing(StatementEffect::outcome)
                            .thenComparing(comparingDouble(StatementEffect::extraBlocks)
                                    .reversed())
                            .thenComparing(effect -> effect.name().text())
                            .thenComparing(effect -> effect.name().role()))
                    .toList();
        }

        /**
         * Whether a statement counts for this index. One that got worse counts for the index that can explain it: its text
         * names the table and the leading column. Of several such tables, the one with the largest increase of sequential
         * reads counts. A statement that names none of the tables can read one through a view or for a foreign key.
         */
        private boolean isOfThis(StatementEffect effect) {
            String text = effect.name().text();
            boolean named = names(text, measured);
            if (effect.outcome() != Outcome.WORSE) {
                return named;
            }
            boolean namesAnother = others.stream().anyMatch(other -> names(text, other));
            if (!named && (namesAnother || !hasTurnedSequential())) {
                return false;
            }
            return others.stream()
                    .filter(other -> !other.table().shares(measured.table()) && names(text, other) == named)
                    .noneMatch(other -> other.moreRows() > Math.max(0, measured.moreRows()));
        }

        private boolean names(String text, Measured one) {
            return one.table().isNamedIn(text)
                    && (one.index().mayServe(text)
                            || Stream.concat(Stream.of(measured), others.stream())
                                    .noneMatch(other -> other.table().shares(one.table())
                                            && other.index().mayServe(text)));
        }

        private StatementEffect statement(StatementName name) {
            Range none = new Range(Counted.NONE, Double.MAX_VALUE, 0);
            Range then = before.statements().getOrDefault(name, none);
            Range now = after.statements().getOrDefault(name, none);
            return new StatementEffect(
                    name,
                    then.sum(),
                    now.sum(),
                    Optional.ofNullable(again.statements().get(name)).map(Range::sum),
                    outcome(then, now.sum()));
        }

        private Outcome outcome(Range then, Counted now) {
            if (then.sum().calls() < Bounds.CALLS || now.calls() < Bounds.CALLS) {
                return Outcome.UNKNOWN;
            }
            double was = then.sum().blocksACall();
            double is = now.blocksACall();
            boolean noise =
                    Math.abs(is - was) <= Bounds.BLOCKS_A_CALL || Math.abs(is - was) * now.calls() <= Bounds.BLOCKS;
            if (noise) {
                return Outcome.SAME;
            }
            if (is > was * bounds.times() && is > then.most()) {
                return Outcome.WORSE;
            }
            return is < was / bounds.times() && is < then.least() ? Outcome.BETTER : Outcome.SAME;
        }

        IndexEffect effect() {
            Finding finding = index.primary().back().isPresent() ? takenBack() : finding();
            return new IndexEffect(
                    index,
                    finding.outcome(),
                    finding.why(),
                    finding.ready(),
                    before.table(),
                    after.table(),
                    statements,
                    anHour(before),
                    anHour(after),
                    extraShare(),
                    notes());
        }

        private double extraShare() {
            return statements.stream()
                            .filter(statement -> statement.outcome() == Outcome.WORSE)
                            .mapToDouble(StatementEffect::extraBlocks)
                            .sum()
                    / Math.max(1, after.all().blocks());
        }

        private Map<String, Double> anHour(Side side) {
            return side.scans().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue() / side.hours()));
        }

        private Finding takenBack() {
            Finding without = finding();
            String was =
                    switch (without.outcome()) {
                        case WORSE -> "Without it, it was worse: " + without.why();
                        case BETTER, SAME -> "Without it, it was "
                                + without.outcome().label() + ".";
                        default -> "How it was without the index is unknown.";
                    };
            long compared = compared(statement -> statement.outcome() == Outcome.WORSE
                    && statement
                            .again()
                            .filter(now -> now.calls() >= Bounds.CALLS)
                            .isPresent());
            long well = compared(statement -> statement.outcome() == Outcome.WORSE
                    && statement
                            .again()
                            .filter(now -> now.calls() >= Bounds.CALLS)
                            .filter(now -> now.blocksACall()
                                    <= statement.before().blocksACall() * bounds.times() + Bounds.BLOCKS_A_CALL)
                            .isPresent());
            String since = compared == 0
                    ? ""
                    : " Since the index is back, %d of %d %s as before."
                            .formatted(well, compared, compared == 1 ? "is" : "are");
            return Finding.of(Outcome.TAKEN_BACK, was + since);
        }

        private long compared(Predicate<StatementEffect> which) {
            return statements.stream().filter(which).count();
        }

        private Finding finding() {
            long worse = compared(statement -> statement.outcome() == Outcome.WORSE);
            long compared = compared(statement -> statement.outcome() != Outcome.UNKNOWN);
            boolean matters = extraShare() >= Bounds.SHARE
                    || compared(statement ->
                                    statement.outcome() == Outcome.WORSE && statement.times() >= Bounds.MANY_TIMES)
                            > 0;
            if (worse > 0 && matters) {
                return Finding.of(
                        Outcome.WORSE,
                        "%d of %d %s more than %s times the blocks a call, and more than at any time before."
                                .formatted(
                                        worse,
                                        compared,
                                        (compared == 1 ? "statement " : "statements ")
                                                + (worse == 1 ? "reads" : "read"),
                                        bounds.times()));
            }
            double enough = bounds.atLeast().toMinutes() / 60.0;
            if (before.hours() < enough) {
                return Finding.of(
                        Outcome.UNKNOWN,
                        "It was observed with the index for %.1f hours; %.1f are needed."
                                .formatted(before.hours(), enough));
            }
            Instant soonest = index.primary().missed().plus(bounds.atLeast());
            if (hasTurnedSequential()
                    && !told()
                    && (lacksStatements(before, enough) || lacksStatements(after, enough))) {
                return sequential("The statements are unknown.");
            }
            if (before.statementHours() < enough) {
                return Finding.of(Outcome.UNKNOWN, noStatements("with the index"));
            }
            boolean over = after.hours() >= Bounds.AFTER.toHours();
            if (after.hours() < enough) {
                return new Finding(
                        Outcome.TOO_EARLY,
                        "It was observed without the index for %.1f hours; %.1f are needed."
                                .formatted(after.hours(), enough),
                        Optional.of(later(soonest, Optional.empty())));
            }
            if (after.statementHours() < enough) {
                return statementsMissing.isPresent() || over
                        ? Finding.of(Outcome.UNKNOWN, noStatements("without it"))
                        : new Finding(
                                Outcome.TOO_EARLY,
                                noStatements("without it"),
                                Optional.of(later(soonest, Optional.of(enough))));
            }
            return byCoverage(compared, worse, soonest, over);
        }

        private Finding sequential(String statements) {
            return Finding.of(
                    Outcome.WORSE,
                    "The table is read from end to end %.1f times an hour; before, it was %.1f, and %.1f at most. %s"
                            .formatted(
                                    after.table().sequentialScansAnHour(),
                                    before.table().sequentialScansAnHour(),
                                    before.mostSequentialAnHour(),
                                    statements));
        }

        private String noStatements(String side) {
            return "The statements are not known for long enough %s: %s."
                    .formatted(side, statementsMissing.orElse("pg_stat_statements was reset meanwhile"));
        }

        /** The statements that were called often enough before the drop, the one that read most blocks first. */
        private List<StatementEffect> known() {
            return statements.stream()
                    .filter(statement -> statement.before().calls() >= Bounds.CALLS)
                    .sorted(comparing((StatementEffect statement) ->
                                    statement.before().blocks())
                            .reversed())
                    .toList();
        }

        /** The blocks that the matching statements read before the drop. */
        private double blocks(Predicate<StatementEffect> which) {
            return known().stream()
                    .filter(which)
                    .mapToDouble(statement -> statement.before().blocks())
                    .sum();
        }

        /** Whether the compared statements account for enough blocks. If so, they alone decide. */
        private boolean told() {
            double all = blocks(statement -> true);
            return all > 0 && blocks(statement -> statement.outcome() != Outcome.UNKNOWN) / all >= Bounds.COVERED;
        }

        /** Whether statement counters are missing for part of the time that a verdict needs. */
        private boolean lacksStatements(Side side, double enough) {
            return side.statementHours() < Math.min(enough, side.hours());
        }

        private Finding byCoverage(long compared, long worse, Instant soonest, boolean over) {
            List<StatementEffect> known = known();
            double all = blocks(statement -> true);
            double covered = blocks(statement -> statement.outcome() != Outcome.UNKNOWN);
            if (!told() && hasTurnedSequential() && moreSequentialScans() >= Bounds.CALLS) {
                return sequential(
                        "The statements that were called before, and those of now, are too different to be compared.");
            }
            if (!before.ofPrimary() || !after.ofPrimary()) {
                return Finding.of(
                        Outcome.UNKNOWN,
                        "The primary was not observed %s: what is read there is not known."
                                .formatted(before.ofPrimary() ? "without the index" : "with the index"));
            }
            if (all == 0) {
                return Finding.of(
                        Outcome.UNKNOWN,
                        "No statement that names the table was called %d times while it had the index."
                                .formatted(Bounds.CALLS));
            }
            String share = "Compared: %s, with %.0f %% of the blocks that were read before by those on this table.%s"
                    .formatted(
                            compared == 1 ? "1 statement" : compared + " statements",
                            Math.floor(covered / all * 100),
                            worse == 0
                                    ? ""
                                    : " %s, but too little to matter: less than %.0f %% of all blocks, and of none %.0f times as many."
                                            .formatted(
                                                    worse == 1 ? "1 reads more" : worse + " read more",
                                                    Bounds.SHARE * 100,
                                                    Bounds.MANY_TIMES));
            if (told()) {
                return Finding.of(
                        compared(statement -> statement.outcome() == Outcome.BETTER) > 0
                                ? Outcome.BETTER
                                : Outcome.SAME,
                        share);
            }
            if (over) {
                return Finding.of(Outcome.UNKNOWN, share);
            }
            double reached = covered;
            double hours = 0;
            for (StatementEffect statement : known) {
                if (reached / all < Bounds.COVERED && statement.outcome() == Outcome.UNKNOWN) {
                    reached += statement.before().blocks();
                    double calls = statement.before().calls() / before.statementHours();
                    hours = Math.max(hours, (Bounds.CALLS - statement.after().calls()) / calls);
                }
            }
            return new Finding(Outcome.TOO_EARLY, share, Optional.of(later(soonest, Optional.of(hours))));
        }

        private Instant later(Instant soonest, Optional<Double> hoursMore) {
            Instant then = after.end()
                    .orElse(index.primary().lastMissed())
                    .plusSeconds(Math.round(hoursMore.orElse(0.0) * 3600));
            return then.isAfter(soonest) ? then : soonest;
        }

        private boolean hasTurnedSequential() {
            TableWork was = before.table();
            TableWork is = after.table();
            return liveRows() >= Bounds.ROWS
                    && before.hours() > 0
                    && moreSequentialScans() >= Bounds.SEQUENTIAL_SCANS
                    && is.sequentialScansAnHour() > before.mostSequentialAnHour() * bounds.times()
                    && is.sequentialShare() > was.sequentialShare() * bounds.times()
                    && is.rowsReadAnHour() > was.rowsReadAnHour() * bounds.times();
        }

        private double moreSequentialScans() {
            return after.table().sequentialScans()
                    - before.table().sequentialScansAnHour() * after.table().hours();
        }

        private long liveRows() {
            return intervals.values().stream()
                    .flatMap(List::stream)
                    .mapToLong(interval -> interval.tables().values().stream()
                            .filter(index.table()::has)
                            .mapToLong(TableCounters::liveRows)
                            .sum())
                    .max()
                    .orElse(0);
        }

        private List<String> notes() {
            List<String> notes = new ArrayList<>();
            notes.add(
                    measured.alike()
                            ? "Only similar hours are compared."
                            : "All hours before are compared with all hours after: the two sides do not cover the same hours.");
            List<String> together = others.stream()
                    .filter(other -> other.table().shares(measured.table())
                            && other.index()
                                    .primary()
                                    .missed()
                                    .equals(index.primary().missed()))
                    .map(other -> other.index().index().index())
                    .sorted()
                    .toList();
            if (!together.isEmpty()) {
                notes.add("Dropped from the same table between the same two observations: "
                        + String.join(", ", together)
                        + ". A statement counts for the index whose leading column it names.");
            }
            long discarded = before.discarded() + after.discarded();
            if (discarded > 0) {
                notes.add(
                        "pg_stat_statements discarded statements %s because it was full: raise pg_stat_statements.max."
                                .formatted(
                                        discarded == 1 ? "once" : String.format(Locale.ROOT, "%,d times", discarded)));
            }
            return notes;
        }
    }
}
