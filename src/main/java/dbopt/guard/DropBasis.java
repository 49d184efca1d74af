package dbopt.guard;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The reason why an index may be dropped, which the guard proves again before the drop. */
public sealed interface DropBasis {
    /** The index that takes the place of the dropped one; empty for an unused index. */
    Optional<String> keeper();

    /** The name of the guard's function in {@code pg_temp} that proves the reason. */
    String function();

    /** The further arguments of the function, besides the index and its definition: SQL expressions by name. */
    Map<String, String> arguments();

    /** Reads the basis from a call of the guard's function; empty if the call lacks an argument. */
    static Optional<DropBasis> of(String function, GuardCall call) {
        return switch (function) {
            case Covered.FUNCTION -> call.argument("covered_by", 2).map(keeper -> call.argument("accepting", 9)
                    .<DropBasis>map(code -> new Judged(
                            keeper, code, call.argument("because", 10).orElse("")))
                    .orElseGet(() -> new Covered(keeper)));
            case Unused.FUNCTION -> Optional.of(new Unused());
            default -> Optional.empty();
        };
    }

    /**
     * Another index has the same keys or begins with them, as the catalog proves.
     *
     * @param coveredBy the other index, schema-qualified and quoted where SQL needs it
     */
    record Covered(String coveredBy) implements DropBasis {
        static final String FUNCTION = "assert_redundant";

        public Covered {
            requireNonNull(coveredBy, "coveredBy is null");
        }

        @Override
        public Optional<String> keeper() {
            return Optional.of(coveredBy);
        }

        @Override
        public String function() {
            return FUNCTION;
        }

        @Override
        public Map<String, String> arguments() {
            return Map.of("covered_by", SqlText.literal(coveredBy));
        }
    }

    /**
     * Another index takes the place of the dropped one except for one difference, which a person has accepted.
     *
     * @param coveredBy the other index, schema-qualified and quoted where SQL needs it
     * @param code the code of the difference, one of the names in {@code db/audit/needs_review.sql}
     * @param because the person's reason for accepting the difference
     */
    record Judged(String coveredBy, String code, String because) implements DropBasis {
        public Judged {
            requireNonNull(coveredBy, "coveredBy is null");
            requireNonNull(code, "code is null");
            requireNonNull(because, "because is null");
        }

        @Override
        public Optional<String> keeper() {
            return Optional.of(coveredBy);
        }

        @Override
        public String function() {
            return Covered.FUNCTION;
        }

        @Override
        public Map<String, String> arguments() {
            Map<String, String> arguments = new LinkedHashMap<>();
            arguments.put("covered_by", SqlText.literal(coveredBy));
            arguments.put("accepting", SqlText.literal(code));
            arguments.put("because", SqlText.literal(because));
            return arguments;
        }
    }

    /**
     * No query uses the index, as the counters of every node show over time.
     *
     * @param arguments the counters of the primary, as SQL expressions by name; empty if they are unknown
     */
    record Unused(Map<String, String> arguments) implements DropBasis {
        static final String FUNCTION = "assert_unused";

        public Unused() {
            this(Map.of());
        }

        public Unused {
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        }

        @Override
        public Optional<String> keeper() {
            return Optional.empty();
        }

        @Override
        public String function() {
            return FUNCTION;
        }
    }
}
