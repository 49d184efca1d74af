package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which indexes a script drops, as far as its text shows. */
@Tag("anyversion")
class DroppedNamesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        drop index a;                                            | ?.a
        DROP INDEX CONCURRENTLY IF EXISTS public.a               | public.a
        drop index s.a, t."B c", c cascade;                      | s.a t.B c ?.c
        drop index "S"."with ""a quote";                         | S.with "a quote
        drop index ${schema}.a;                                  | ?.a
        do $$ begin drop index s.a; end $$;                      | s.a
        do $$ begin execute 'drop index s.a'; end $$;            | s.a
        -- drop index a                                          | ''
        /* drop index a; */ select 1                             | ''
        drop table a; create index b on c (d)                    | ''
        comment on index a is 'do not drop index a'              | ?.a
        drop index                                               | ''
        """)
    void names_are_read_as_the_server_reads_them(String script, String names) {
        assertThat(String.join(
                        " ",
                        DroppedNames.in(script).stream()
                                .map(name -> name.schema().orElse("?") + "." + name.index())
                                .toList()))
                .isEqualTo(names);
    }
}
