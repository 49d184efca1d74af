package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GuardedDropTest {
    @Test
    void a_guarded_drop_is_parsed_from_the_call_of_the_guard() {
        assertThat(
                        GuardedDrop.in(
                                """
                        select pg_temp.assert_redundant(
                            'public."It''s an index"',
                            covered_by => 'public.keeper',
                            definition => 'CREATE INDEX "It''s an index" ON public.t USING btree (a)'
                        );
                        """))
                .contains(new GuardedDrop(
                        "public.\"It's an index\"",
                        new DropBasis.Covered("public.keeper"),
                        "CREATE INDEX \"It's an index\" ON public.t USING btree (a)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select pg_temp.assert_redundant(E's.\"a\\\\b''c\\'\"', covered_by => 'k', definition => $d$D'$d$);",
                "SELECT PG_TEMP . Assert_Redundant ( E's.\"a\\x5cb\\'c\\u0027\"' , definition := 'D''', covered_by => 'k');",
                "/* pg_temp.assert_redundant('x', covered_by => 'y', /* nested */ definition => 'z') */"
                        + "\n-- pg_temp.assert_redundant('x', covered_by => 'y', definition => 'z')"
                        + "\nselect 'pg_temp.assert_redundant(''x'', covered_by => ''y'', definition => ''z'')',"
                        + "\n  pg_temp.assert_redundant('s.\"a\\b'\n  '''c''\"', 'k', 'D''')",
                "select pg_temp.assert_redundant('s.\"a\\b''c''\"', tablespace => null, depends_on => array['f(int, text)', ')'],"
                        + " covered_by => 'k', comment => E'it\\'s; -- \\n', targets => '{}'::int[], definition => 'D''')",
            })
    void a_guarded_drop_is_parsed_from_every_spelling_of_the_call(String script) {
        assertThat(GuardedDrop.in(script)).contains(new GuardedDrop("s.\"a\\b'c'\"", new DropBasis.Covered("k"), "D'"));
    }

    @Test
    void a_guarded_drop_of_an_unused_index_has_no_keeper() {
        String script = "select pg_temp.assert_unused('s.i', definition => 'D', scans => 5, as_of => '2026-11-28');";
        GuardedDrop drop = GuardedDrop.in(script).orElseThrow();
        assertThat(drop).isEqualTo(new GuardedDrop("s.i", new DropBasis.Unused(), "D"));
        assertThat(drop.basis().keeper()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop index concurrently i;",
                "-- select pg_temp.assert_redundant('a', covered_by => 'b', definition => 'c');",
                "select other.assert_redundant('a', covered_by => 'b', definition => 'c');",
                "select pg_temp.assert_redundant('a', covered_by => 'b');",
                "select pg_temp.assert_redundant('a', covered_by => 'b', definition => 'c'",
                "select pg_temp.assert_redundant('a', covered_by => 'b', definition => 'c",
            })
    void a_script_that_does_not_call_the_guard_has_no_guarded_drop(String script) {
        assertThat(GuardedDrop.in(script)).isEmpty();
    }
}
