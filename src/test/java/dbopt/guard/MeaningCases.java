package dbopt.guard;

import dbopt.guard.RedundancyCase.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Expressions that read alike: some mean the same, others call another function, operator or cast. */
final class MeaningCases {
    private static final String OTHER_EXPRESSIONS =
            "its expressions read like those of public.kept, but stand for another function, operator, cast or constant";
    private static final String OTHER_PREDICATE =
            "public.kept has a predicate that reads the same, but stands for another function, operator, cast or constant";

    private static final List<String> EQUALITY_OF_ANOTHER_SCHEMA = List.of(
            "create schema other",
            "create function other.eq(int, int) returns boolean language sql immutable as 'select $1 > $2'",
            "create operator other.= (leftarg = int, rightarg = int, function = other.eq)");
    private static final List<String> USED_UNQUALIFIED = List.of("set local search_path = other, pg_catalog, public");
    private static final List<String> USUAL_PATH = List.of("set local search_path to default");

    private static final List<String> FUNCTION_OF_ANYTHING =
            List.of("create function f(anyelement) returns boolean language sql immutable as 'select true'");
    private static final List<String> FUNCTION_OF_INT =
            List.of("create function f(int) returns boolean language sql immutable as 'select $1 > 0'");

    /**
     * What an expression means, until it means something else.
     *
     * @param before makes the first meaning
     * @param change makes the second one
     * @param after lets the first one read like the second
     */
    private record Meaning(
            String sentence, List<String> before, List<String> change, List<String> after, String expression) {
        Stream<RedundancyCase> cases() {
            return Stream.of(
                    whenChanged("a key: ", "((" + expression + "))", OTHER_EXPRESSIONS),
                    whenChanged("a predicate: ", "(a) where " + expression, OTHER_PREDICATE),
                    unchanged("a key: ", "((" + expression + "))"),
                    unchanged("a predicate: ", "(a) where " + expression));
        }

        private RedundancyCase whenChanged(String place, String index, String reason) {
            return new RedundancyCase(
                    place + sentence,
                    joined(
                            before,
                            List.of("create index kept on t " + index),
                            change,
                            List.of("create index narrow on t " + index),
                            after),
                    Verdict.KEPT,
                    reason);
        }

        private RedundancyCase unchanged(String place, String index) {
            return new RedundancyCase(
                    place + "made twice before there was " + sentence,
                    joined(
                            before,
                            List.of("create index kept on t " + index, "create index narrow on t " + index),
                            change,
                            after),
                    Verdict.DUPLICATE,
                    "");
        }
    }

    private MeaningCases() {}

    static Stream<RedundancyCase> all() {
        return Stream.concat(
                Stream.of(
                                new Meaning(
                                        "an overload of the function",
                                        FUNCTION_OF_ANYTHING,
                                        FUNCTION_OF_INT,
                                        List.of(),
                                        "f(a)"),
                                new Meaning(
                                        "an overload of the operator",
                                        List.of(
                                                "create function same(anyelement, anyelement) returns boolean language sql immutable as 'select true'",
                                                "create operator === (leftarg = anyelement, rightarg = anyelement, function = same)"),
                                        List.of(
                                                "create function same(int, int) returns boolean language sql immutable as 'select $1 = $2'",
                                                "create operator === (leftarg = int, rightarg = int, function = same)"),
                                        List.of(),
                                        "a === b"),
                                ofAnotherSchema("NULLIF", "nullif(a, b) is null"),
                                ofAnotherSchema("IS DISTINCT FROM", "a is distinct from b"),
                                ofAnotherSchema("CASE", "case a when 1 then true else false end"),
                                new Meaning(
                                        "another implicit cast",
                                        List.of(
                                                "create type amount as (value int)",
                                                "alter table t add column worth amount",
                                                "create function plain(amount) returns int language sql immutable as 'select $1.value'",
                                                "create cast (amount as int) with function plain(amount) as implicit"),
                                        List.of(
                                                "create function negative(amount) returns int language sql immutable as 'select -$1.value'",
                                                "drop cast (amount as int)",
                                                "create cast (amount as int) with function negative(amount) as implicit"),
                                        List.of(),
                                        "worth + 1 > 0"),
                                new Meaning(
                                        "a constant that names another function",
                                        FUNCTION_OF_ANYTHING,
                                        List.of("alter function f(anyelement) rename to first", FUNCTION_OF_INT.get(0)),
                                        List.of("alter function first(anyelement) rename to f"),
                                        "a = 'public.f'::regproc::oid::int"))
                        .flatMap(Meaning::cases),
                others());
    }

    private static Stream<RedundancyCase> others() {
        return Stream.of(
                new RedundancyCase(
                        "a second expression that an overload changed",
                        joined(
                                FUNCTION_OF_ANYTHING,
                                List.of("create index kept on t (lower(name), f(a), b)"),
                                FUNCTION_OF_INT,
                                List.of("create index narrow on t (lower(name), f(a))")),
                        Verdict.KEPT,
                        OTHER_EXPRESSIONS),
                new RedundancyCase(
                        "a later expression of the keeper that an overload changed",
                        joined(
                                FUNCTION_OF_ANYTHING,
                                List.of("create index kept on t (lower(name), b, f(a))"),
                                FUNCTION_OF_INT,
                                List.of("create index narrow on t (lower(name), b)")),
                        Verdict.PREFIX,
                        ""),
                new RedundancyCase(
                        "a partial index beside a full one that an overload changed",
                        joined(
                                FUNCTION_OF_ANYTHING,
                                List.of("create index kept on t (f(a))"),
                                FUNCTION_OF_INT,
                                List.of("create index narrow on t (f(a)) where b > 0")),
                        Verdict.KEPT,
                        "public.kept has another predicate\n" + OTHER_EXPRESSIONS),
                new RedundancyCase(
                        "an expression that reads the same beside a key that does not",
                        joined(
                                FUNCTION_OF_ANYTHING,
                                List.of("create index kept on t (f(a), upper(name))"),
                                FUNCTION_OF_INT,
                                List.of("create index narrow on t (f(a), lower(name))")),
                        Verdict.KEPT,
                        "key 2, lower(name), differs in the keeper: another column or expression"),
                same("a cast that is written out, as a restored dump has it", "((b::numeric + 1.5))", "((b + 1.5))"),
                same("a cast that is written out in a predicate", "(a) where b::numeric > 1.5", "(a) where b > 1.5"),
                written(
                        "a cast to a domain that is written out",
                        "create domain positive as int check (value > 0)",
                        "positive",
                        "a",
                        "a::positive"),
                written(
                        "a row type that is written out",
                        "create type pair as (a int, b int)",
                        "pair",
                        "(a, b)",
                        "(a, b)::pair"),
                written(
                        "a cast of a relative type that is written out",
                        "alter table t add column code varchar",
                        "text",
                        "code",
                        "code::text"),
                written(
                        "a cast of an array that is written out",
                        "alter table t add column numbers int[]",
                        "bigint[]",
                        "numbers",
                        "numbers::bigint[]"),
                written(
                        "a cast to the parent's rows that is written out",
                        "create table parent (a int); create table child () inherits (parent);"
                                + " create function of(int) returns child language sql immutable as 'select row($1)::public.child'",
                        "parent",
                        "of(a)",
                        "of(a)::parent"),
                same("a cast that is called as a function", "(int8(b), (c + 1))", "((b::bigint), (c + 1))"),
                new RedundancyCase(
                        "a cast that is called as a function, beside another key",
                        List.of("create index kept on t ((b::bigint), c)", "create index narrow on t (int8(b), j)"),
                        Verdict.KEPT,
                        "key 2, j, differs in the keeper: another column or expression"),
                same(
                        "constants that look like a tree",
                        "((name || ') {X :location 5}'))",
                        "((  name || ') {X :location 5}'))"),
                new RedundancyCase(
                        "constants that differ where a tree would hold a position",
                        List.of(
                                "create index kept on t ((name || ' :location 5'))",
                                "create index narrow on t ((name || ' :location 6'))"),
                        Verdict.KEPT,
                        "key 1, (name || ' :location 6'::text), differs in the keeper: another column or expression"),
                new RedundancyCase(
                        "a partition's own expression beside its part of a partitioned index, its columns in another order",
                        List.of(
                                "create table p (a int, b int) partition by range (a)",
                                "create table t1 (b int, a int)",
                                "alter table p attach partition t1 for values from (0) to (10)",
                                "create index on p ((a + b)) where a > b",
                                "alter index t1_expr_idx rename to kept",
                                "create index narrow on t1 ((a + b)) where a > b"),
                        Verdict.DUPLICATE,
                        ""));
    }

    private static Meaning ofAnotherSchema(String construct, String expression) {
        return new Meaning(
                construct + " with an operator of another schema",
                EQUALITY_OF_ANOTHER_SCHEMA,
                USED_UNQUALIFIED,
                USUAL_PATH,
                expression);
    }

    /** A function's argument with an implicit cast, and with the same one written out. */
    private static RedundancyCase written(
            String sentence, String before, String type, String implicit, String explicit) {
        return new RedundancyCase(
                sentence,
                List.of(
                        before,
                        "create function g(" + type + ") returns int language sql immutable as 'select 1'",
                        "create index kept on t (g(" + implicit + "))",
                        "create index narrow on t (g(" + explicit + "))"),
                Verdict.DUPLICATE,
                "");
    }

    private static RedundancyCase same(String sentence, String narrow, String kept) {
        return new RedundancyCase(
                sentence,
                List.of("create index kept on t " + kept, "create index narrow on t " + narrow),
                Verdict.DUPLICATE,
                "");
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        List<String> joined = new ArrayList<>();
        for (List<String> part : parts) {
            joined.addAll(part);
        }
        return joined;
    }
}
