package dbopt.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements {@code watch --undo} may run without confirmation by a person. */
@Tag("anyversion")
class WayBackTest {
    private static final String GUARD_IS_MISSING =
            """
            do $$ begin
                if pg_catalog.to_regproc('pg_temp.assert_built') is null then
                    raise exception using
                        errcode = 'undefined_function',
                        message = 'The guard is missing; nobody''s fault',
                        hint = 'Nothing was changed.';
                end if;
            end $$""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index concurrently if not exists i on s.t using btree (a)",
                "CREATE UNIQUE INDEX i ON t (a)",
                "-- why\ndrop index concurrently if exists s.i_leftover",
                "select from pg_temp.assert_built('s.i', definition => 'CREATE INDEX i ON s.t USING btree (a); drop table t')",
                GUARD_IS_MISSING,
                GUARD_IS_MISSING + ";",
                "alter table s.t reset (autovacuum_vacuum_scale_factor)",
                "alter table s.t set (fillfactor = 90)",
                "comment on index s.i is 'delete from t'",
                "alter index s.i alter column 1 set statistics 100",
                "create statistics if not exists s.x on (lower(a)) from s.t",
                "alter statistics s.x set statistics 100",
                "drop statistics if exists s.x",
                "analyze s.t",
                "set lock_timeout = '2s'"
            })
    void accepts_statements_that_build_indexes_or_restore_settings(String statement) {
        assertThat(WayBack.isHarmless(statement)).as(statement).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table t",
                "alter table t drop column a",
                "alter table t set schema s",
                "delete from t",
                "update t set a = 1",
                "select setval('s', 1)",
                "do $$ begin delete from t; end $$",
                "do $$ begin if pg_catalog.to_regproc('pg_temp.x') is null then delete from t; end if; end $$",
                "do $$ begin if pg_catalog.to_regproc('') is null then raise exception using hint = ''; end if; delete from t; end $$",
                "drop view v",
                "create table t ()",
                "/* create index */ truncate t"
            })
    void rejects_every_other_statement(String statement) {
        assertThat(WayBack.isHarmless(statement)).as(statement).isFalse();
    }
}
