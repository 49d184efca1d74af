package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuardedDropTest {
    @Test
    void is_read_from_the_guard_s_call() {
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
                        "public.keeper",
                        "CREATE INDEX \"It's an index\" ON public.t USING btree (a)"));
    }

    @Test
    void is_absent_where_the_guard_is_not_called() {
        assertThat(GuardedDrop.in("drop index concurrently i;")).isEmpty();
    }
}
