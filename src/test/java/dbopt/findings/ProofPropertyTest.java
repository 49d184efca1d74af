package dbopt.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.guard.CaseDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random sets of indexes, judged by the queries, by the guard, and by a plain rule that is slow and obviously right. A
 * failure names its seed: run it again with {@code -Ddbopt.seed=...}.
 */
@Tag("anyversion")
class ProofPropertyTest {
    private static final int ROUNDS = 60;
    private static final int INDEXES = 9;

    private static final String PROVEN = CaseDatabase.file("db/audit/redundant_indexes.sql");
    private static final String REVIEWED = CaseDatabase.file("db/audit/needs_review.sql");

    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    /** An index as requested: each key with all its properties that must be equal, as written in SQL. */
    private record Index(
            String name,
            boolean unique,
            String method,
            List<String> keys,
            Set<String> included,
            String where,
            String with) {
        String statement() {
            return "create " + (unique ? "unique " : "") + "index \"" + name + "\" on t using " + method + " ("
                    + String.join(", ", keys) + ")"
                    + (included.isEmpty() ? "" : " include (" + String.join(", ", included) + ")") + with + where;
        }

        boolean serves(Index other) {
            boolean sameKeys = keys.equals(other.keys);
            boolean leadingKeys = method.equals("btree")
                    && keys.size() > other.keys.size()
                    && keys.subList(0, other.keys.size()).equals(other.keys);
            return method.equals(other.method)
                    && (sameKeys || leadingKeys)
                    && where.equals(other.where)
                    && columns().containsAll(other.included)
                    && !name.equals(other.name);
        }

        boolean canGo() {
            return !unique;
        }

        private Set<String> columns() {
            Set<String> columns = new TreeSet<>(included);
            if (method.equals("btree")) {
                keys.stream().map(key -> key.replaceAll(" .*", "")).forEach(columns::add);
            }
            return columns;
        }
    }

    @Test
    void the_SQL_proof_agrees_with_the_plain_rule_on_random_sets_of_indexes() {
        long first = Long.getLong("dbopt.seed", System.nanoTime());
        for (long seed = first; seed < first + ROUNDS; seed++) {
            List<Index> indexes = indexes(new Random(seed));
            List<String> setup = indexes.stream().map(Index::statement).toList();
            String description = "-Ddbopt.seed=" + seed + "\n" + String.join(";\n", setup);
            database.with(setup, connection -> {
                List<String> proven = names(CaseDatabase.rows(connection, PROVEN), 2);
                List<String> forReview = CaseDatabase.rows(connection, REVIEWED);
                List<String> reviewed = names(forReview, 2);
                List<String> reviewedBeside = names(forReview, 3);
                assertThat(proven).as(description).isEqualTo(redundant(indexes));
                assertThat(Collections.disjoint(reviewed, proven))
                        .as(description)
                        .isTrue();
                assertThat(Collections.disjoint(reviewedBeside, proven))
                        .as(description)
                        .isTrue();
                connection.createStatement().execute(CaseDatabase.GUARD);
                assertThat(
                                CaseDatabase.rows(
                                        connection,
                                        """
                                select c.indexrelid::regclass || ' by ' || k.indexrelid::regclass
                                from pg_index c join pg_index k on k.indrelid = c.indrelid
                                where c.indrelid = 't'::regclass
                                    and not exists (select from pg_temp.why_not_redundant(c.indexrelid, k.indexrelid))
                                order by 1
                                """))
                        .as(description)
                        .isEqualTo(servedPairs(indexes));
                return null;
            });
        }
    }

    /** Drops the indexes one by one, last name first, if a remaining index serves the same queries. */
    private static List<String> redundant(List<Index> indexes) {
        List<Index> left = new ArrayList<>(indexes);
        indexes.stream()
                .filter(Index::canGo)
                .sorted(Comparator.comparing(Index::name).reversed())
                .filter(candidate -> left.stream().anyMatch(keeper -> keeper.serves(candidate)))
                .forEach(left::remove);
        return indexes.stream()
                .filter(index -> !left.contains(index))
                .map(Index::name)
                .sorted()
                .toList();
    }

    private static List<String> servedPairs(List<Index> indexes) {
        return indexes.stream()
                .filter(Index::canGo)
                .flatMap(candidate -> indexes.stream()
                        .filter(keeper -> keeper.serves(candidate))
                        .map(keeper -> candidate.name() + " by " + keeper.name()))
                .sorted()
                .toList();
    }

    private static List<Index> indexes(Random random) {
        List<Index> indexes = new ArrayList<>();
        for (int number = 0; number < INDEXES; number++) {
            indexes.add(index("i" + random.nextInt(10) + (char) ('a' + number), random));
        }
        return indexes;
    }

    private static Index index(String name, Random random) {
        String where = oneOf(random, "", "", "", " where a > 0");
        if (random.nextInt(6) == 0) {
            return new Index(
                    name,
                    false,
                    "gist",
                    keys(random, "during", "words", "words tsvector_ops (siglen = 100)"),
                    included(random, 4),
                    where,
                    oneOf(random, "", " with (fillfactor = 80)"));
        }
        boolean unique = random.nextInt(6) == 0;
        return new Index(
                name,
                unique,
                "btree",
                keys(
                        random,
                        "a",
                        "a",
                        "b",
                        "b",
                        "j",
                        "a desc",
                        "name",
                        "name collate \"C\"",
                        "name text_pattern_ops",
                        "lower(name)"),
                included(random, 3),
                where,
                oneOf(random, "", "", " with (fillfactor = 80)"));
    }

    private static List<String> keys(Random random, String... choices) {
        return random.ints(1L + random.nextInt(3), 0, choices.length)
                .mapToObj(choice -> choices[choice])
                .toList();
    }

    private static Set<String> included(Random random, int oneIn) {
        return random.nextInt(oneIn) > 0
                ? Set.of()
                : random.ints(2, 0, 3)
                        .mapToObj(choice -> List.of("a", "b", "c").get(choice))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String oneOf(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static List<String> names(List<String> rows, int column) {
        return rows.stream()
                .map(row -> Arrays.asList(row.split(" \\| ", -1)).get(column))
                .sorted()
                .toList();
    }
}
