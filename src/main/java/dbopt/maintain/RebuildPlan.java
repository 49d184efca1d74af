package dbopt.maintain;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import dbopt.evidence.IndexSizes;
import dbopt.tenants.Alike;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.Bytes;
import dbopt.terminal.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The indexes to rebuild, the largest gain for the least work first. Three signs say how many times as large as needed an
 * index is: the estimate from the statistics, the measurement by pgstatindex, and the index's own history, which is its size
 * for each row when it was observed, or after a rebuild. Two signs must agree; a single known sign must reach a higher
 * limit.
 *
 * @param left a line for each index that may be bloated and is not rebuilt, with the reason
 */
record RebuildPlan(List<Rebuild> rebuilds, List<String> left) {
    /**
     * The factor that at least two signs must reach. Soon after each rebuild, an index in random order is 1.3 to 1.4 times
     * as large.
     */
    static final double AGREED_FACTOR = 1.5;

    /** The factor that a single sign must reach if no other is known. */
    static final double SINGLE_FACTOR = 2;

    /** The fewest bytes that a rebuild must free; less is not worth a rebuild. */
    static final long WORTH_BYTES = 10L << 20;

    RebuildPlan {
        rebuilds = List.copyOf(rebuilds);
        left = List.copyOf(left);
    }

    static RebuildPlan of(List<IndexState> indexes, RebuildHistory history, long maxIndexBytes) {
        List<Rebuild> rebuilds = new ArrayList<>();
        Map<Left, List<IndexState>> left = new LinkedHashMap<>();
        Predicate<IndexState> inQuestion = inQuestion(indexes);
        for (IndexState index : indexes) {
            if (!inQuestion.test(index) && index.measuredFactor().isEmpty()) {
                continue;
            }
            Signs signs = Signs.of(index, history);
            Optional<String> obstacle = obstacle(index, signs, history, maxIndexBytes);
            if (obstacle.isPresent()) {
                left.computeIfAbsent(new Left(index.whole(), obstacle.get()), key -> new ArrayList<>())
                        .add(index);
            } else if (signs.speakForIt()) {
                rebuilds.add(new Rebuild(index, signs.texts()));
            }
        }
        rebuilds.sort(comparing(Rebuild::gainForWork).reversed().thenComparing(rebuild -> rebuild.index()
                .name()));
        return new RebuildPlan(
                rebuilds,
                left.entrySet().stream()
                        .map(one -> one.getKey().line(one.getValue()))
                        .toList());
    }

    /**
     * Selects the indexes whose rebuild may free enough. The parts of a partitioned index are counted together, since each
     * part alone may be too small to matter.
     */
    static Predicate<IndexState> inQuestion(List<IndexState> indexes) {
        Map<String, Long> wholes = indexes.stream()
                .collect(groupingBy(IndexState::whole, summingLong(index -> index.mayGiveBack(AGREED_FACTOR))));
        return index -> index.mayGiveBack(AGREED_FACTOR) > 0 && wholes.get(index.whole()) >= WORTH_BYTES;
    }

    /** The indexes that are left as they are for one reason: a single index, or parts of a partitioned one. */
    private record Left(String whole, String reason) {
        String line(List<IndexState> indexes) {
            String size =
                    Bytes.text(indexes.stream().mapToLong(IndexState::bytes).sum());
            return indexes.size() == 1
                    ? "%s (%s): %s".formatted(indexes.get(0).name(), size, reason)
                    : "%s (%s in %d of its parts): %s".formatted(whole, size, indexes.size(), reason);
        }
    }

    private static Optional<String> obstacle(
            IndexState index, Signs signs, RebuildHistory history, long maxIndexBytes) {
        if (signs.none()) {
            return Optional.of(
                    "unknown whether bloated: "
                            + index.unknown().orElse("the number of its distinct keys is unknown")
                            + "; --measure shows it where pgstattuple is installed, and --evidence once it was observed (dbopt observe)");
        }
        if (!signs.speakForIt()) {
            return signs.contradict()
                    ? Optional.of("the signs contradict each other: " + String.join(", ", signs.texts()))
                    : Optional.empty();
        }
        if (index.refusal().isPresent()) {
            return index.refusal();
        }
        if (index.bytes() > maxIndexBytes) {
            return Optional.of("larger than --max-index-size (" + Bytes.text(maxIndexBytes) + ")");
        }
        return history.whyNotAgain(index.name(), index.bytes());
    }

    boolean isEmpty() {
        return rebuilds.isEmpty();
    }

    /** Returns the plan for people to read: what is rebuilt and why, the room that a rebuild needs, and what is left as it is. */
    String text(EqualSchemas schemas) {
        StringBuilder text = new StringBuilder();
        if (!rebuilds.isEmpty()) {
            TextTable table = new TextTable("statement", ">size", ">needs", ">frees", "signs");
            schemas.alike(
                            rebuilds,
                            rebuild -> AlikeSteps.schema(rebuild.index().name()),
                            rebuild -> AlikeSteps.name(rebuild.index().name()))
                    .forEach(alike -> table.row(
                            shown(alike),
                            Bytes.text(alike.sum(rebuild -> rebuild.index().bytes())),
                            Bytes.text(alike.sum(rebuild -> rebuild.index().needed())),
                            Bytes.text(alike.sum(Rebuild::gain)),
                            signs(alike)));
            text.append(table.text()).append(room());
        }
        if (!left.isEmpty()) {
            text.append("Left as they are:\n");
            left.forEach(line -> text.append("  ").append(line).append('\n'));
        }
        return text.toString();
    }

    private static String shown(Alike<Rebuild> alike) {
        String first = alike.first().index().name();
        return alike.isOfSeveral()
                ? Rebuild.statement(AlikeSteps.name(first)) + " in " + alike.where()
                : alike.first().shown();
    }

    private static String signs(Alike<Rebuild> alike) {
        String first = String.join(", ", alike.first().signs());
        return alike.isOfSeveral()
                ? "in " + AlikeSteps.schema(alike.first().index().name()) + ": " + first
                : first;
    }

    private String room() {
        long largest = rebuilds.stream()
                .mapToLong(rebuild -> rebuild.index().needed())
                .max()
                .orElse(0);
        long all =
                rebuilds.stream().mapToLong(rebuild -> rebuild.index().needed()).sum();
        return String.format(
                        Locale.ROOT,
                        "Space: one index at a time, next to the old one, about %s for the largest, and as much again in temporary files while it is sorted."
                                + " Write-ahead log: about %s in all. SQL cannot see how full the disks are: check the free space first.%n",
                        Bytes.text(largest),
                        Bytes.text(all))
                .replace(System.lineSeparator(), "\n");
    }

    /** The signs of bloat of one index. */
    private record Signs(List<String> texts, List<Double> factors) {
        static Signs of(IndexState index, RebuildHistory history) {
            List<String> texts = new ArrayList<>();
            List<Double> factors = new ArrayList<>();
            add("estimated %.1f times", index.estimatedFactor(AGREED_FACTOR), texts, factors);
            add("measured %.1f times", index.measuredFactor(), texts, factors);
            own(index, history.factor(index), texts, factors);
            return new Signs(texts, factors);
        }

        /** Adds the index's own history as one sign: the larger factor of the best observation and the best rebuild. */
        private static void own(IndexState index, Optional<Double> rebuilt, List<String> texts, List<Double> factors) {
            Optional<Double> observed = index.observedFactor();
            if (observed.orElse(0.0) >= rebuilt.orElse(0.0)) {
                add("%.1f times " + index.best().map(IndexSizes.Best::text).orElse(""), observed, texts, factors);
            } else {
                add("since its last rebuild %.1f times", rebuilt, texts, factors);
            }
        }

        private static void add(String sign, Optional<Double> factor, List<String> texts, List<Double> factors) {
            factor.ifPresent(known -> {
                texts.add(String.format(Locale.ROOT, sign, known));
                factors.add(known);
            });
        }

        boolean none() {
            return factors.isEmpty();
        }

        boolean speakForIt() {
            return factors.size() == 1
                    ? factors.get(0) >= SINGLE_FACTOR
                    : factors.stream().filter(factor -> factor >= AGREED_FACTOR).count() >= 2;
        }

        boolean contradict() {
            return factors.size() > 1
                    && factors.stream().max(Comparator.naturalOrder()).orElseThrow() >= AGREED_FACTOR;
        }
    }
}
