package dbopt.guard;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a drop is based on: why the index may be dropped, and what the guard is to prove again first. */
public sealed interface DropBasis {
    /** The index that serves in its place; empty where none does. */
    Optional<String> keeper();

    /** The guard's function, in {@code pg_temp}. */
    String function();

    /** The arguments of that function beside the index and its definition, by name, each as SQL has it. */
    Map<String, String> arguments();

    /** As the guard has it in the call of its function; empty if that says too little. */
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
     * Another index has the same keys, or begins with them: proven from the catalog.
     *
     * @param coveredBy that index, schema-qualified and quoted where SQL needs it
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
     * Another index serves in its place but for one difference that somebody has accepted.
     *
     * @param coveredBy that index, schema-qualified and quoted where SQL needs it
     * @param code of the difference, one of the names in {@code db/audit/needs_review.sql}
     * @param because why it was accepted, in that person's words
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
     * No query uses it: shown by the counters of every node over time.
     *
     * @param arguments what the primary had counted, as SQL has it; none where it is not known
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
