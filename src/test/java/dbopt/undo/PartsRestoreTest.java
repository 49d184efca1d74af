package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.TestDatabase;
import dbopt.guard.GuardFunctions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A partitioned index is restored completely wherever its undo was interrupted. */
@Timeout(120)
class PartsRestoreTest {
    private static final String CATALOG =
            """
            select c.relname || ' ' || i.indisvalid || ' ' || pg_get_indexdef(i.indexrelid) || coalesce(' of ' || h.inhparent::regclass, '')
            from pg_index i
            join pg_class c on c.oid = i.indexrelid and c.relnamespace = 'public'::regnamespace
            left join pg_inherits h on h.inhrelid = c.oid
            order by 1""";

    private static final String CALL =
            """
            select from pg_temp.assert_parts_built('public.one', 'public.p', array[
                'CREATE INDEX one ON ONLY public.p USING btree (a)',
                'CREATE INDEX "High; one" ON ONLY public.p_high USING btree (a)',
                'CREATE INDEX p_low_a_idx ON public.p_low USING btree (a)',
                'CREATE INDEX p_rest_a_idx ON public.p_rest USING btree (a)',
                'CREATE INDEX p_high_rest_a_idx ON public.p_high_rest USING btree (a)'
            ])""";

    private TestDatabase database;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        database = TestDatabase.empty();
        database.run(
                "create table p (a int, b int) partition by range (a)",
                "create table p_low partition of p for values from (0) to (10)",
                "create table p_high partition of p for values from (10) to (20) partition by list (b)",
                "create table p_high_rest partition of p_high default",
                "create table p_rest partition of p default",
                "insert into p select g % 30, g from generate_series(1, 300) g",
                "create index one on p (a)",
                "alter index p_high_a_idx rename to \"High; one\"");
        connection = database.connect();
        run(GuardFunctions.ofUndo());
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        database.close();
    }

    @Test
    void resumes_after_an_interruption_between_any_two_statements() throws SQLException {
        List<String> before = database.query(CATALOG);
        run("drop index one");
        List<String> statements = missing();
        assertThat(statements)
                .containsExactly(
                        "CREATE INDEX one ON ONLY public.p USING btree (a)",
                        "CREATE INDEX \"High; one\" ON ONLY public.p_high USING btree (a)",
                        "ALTER INDEX public.one ATTACH PARTITION public.\"High; one\"",
                        "CREATE INDEX CONCURRENTLY p_low_a_idx ON public.p_low USING btree (a)",
                        "ALTER INDEX public.one ATTACH PARTITION public.p_low_a_idx",
                        "CREATE INDEX CONCURRENTLY p_rest_a_idx ON public.p_rest USING btree (a)",
                        "ALTER INDEX public.one ATTACH PARTITION public.p_rest_a_idx",
                        "CREATE INDEX CONCURRENTLY p_high_rest_a_idx ON public.p_high_rest USING btree (a)",
                        "ALTER INDEX public.\"High; one\" ATTACH PARTITION public.p_high_rest_a_idx");
        for (int done = 0; done <= statements.size(); done++) {
            run("drop index if exists one", "drop index if exists \"High; one\"");
            for (String leaf : List.of("p_low", "p_rest", "p_high_rest")) {
                run("drop index if exists " + leaf + "_a_idx");
            }
            run(statements.subList(0, done).toArray(String[]::new));
            assertThat(missing()).hasSize(statements.size() - done);
            restore();
            assertThat(database.query(CATALOG)).as("after %d statements", done).isEqualTo(before);
        }
    }

    @Test
    void rebuilds_an_index_that_an_interrupted_build_left_invalid() throws SQLException {
        List<String> before = database.query(CATALOG);
        run("drop index one");
        run("create index one on only p (a)", "create index p_low_a_idx on p_low (a)");
        database.runAsSuperuser("update pg_index set indisvalid = false where indexrelid = 'p_low_a_idx'::regclass");
        assertThat(missing())
                .containsSubsequence(
                        "DROP INDEX CONCURRENTLY public.p_low_a_idx",
                        "CREATE INDEX CONCURRENTLY p_low_a_idx ON public.p_low USING btree (a)",
                        "ALTER INDEX public.one ATTACH PARTITION public.p_low_a_idx");
        restore();
        assertThat(database.query(CATALOG)).isEqualTo(before);
    }

    @Test
    void handles_partitions_that_are_added_or_dropped_during_the_restore() throws SQLException {
        run("drop index one");
        List<Runnable> meanwhile = new ArrayList<>(List.of(
                () -> database.run(
                        "drop table p_rest", "create table p_new partition of p for values from (90) to (95)"),
                () -> database.run("create table p_newer partition of p default")));
        new PartsRestore(connection, () -> false).run(() -> {
            try {
                run(CALL);
            } catch (SQLException e) {
                if (!meanwhile.isEmpty()) {
                    meanwhile.remove(0).run();
                }
                throw new IllegalStateException(e);
            }
        });
        assertThat(database.query(CATALOG))
                .hasSize(6)
                .allMatch(index -> index.contains(" true "))
                .filteredOn(index -> index.startsWith("p_new"))
                .hasSize(2)
                .allMatch(index -> index.endsWith(" of one"));
    }

    @Test
    void becomes_valid_when_the_last_partition_without_its_part_is_dropped() throws SQLException {
        run("create table p_high_one partition of p_high for values in (1)", "drop index one");
        List<String> statements = missing();
        run(statements.subList(0, statements.size() - 2).toArray(String[]::new));
        assertThat(statements.get(statements.size() - 1)).endsWith(" ATTACH PARTITION public.p_high_rest_a_idx");
        run("alter index \"High; one\" attach partition p_high_one_a_idx", "drop table p_high_rest");
        assertThat(missing())
                .containsExactly(
                        "ALTER INDEX public.\"High; one\" ATTACH PARTITION public.p_high_one_a_idx",
                        "ALTER INDEX public.one ATTACH PARTITION public.\"High; one\"");
        restore();
        assertThat(missing()).isEmpty();
        assertThat(database.query(CATALOG)).hasSize(5).allMatch(index -> index.contains(" true "));
        run("drop index one");
        run(missing().subList(0, 5).toArray(String[]::new));
        run("drop table p_rest", "drop table p_high");
        assertThat(missing()).containsExactly("ALTER INDEX public.one ATTACH PARTITION public.p_low_a_idx");
        restore();
        assertThat(database.query(CATALOG))
                .containsExactly(
                        "one true CREATE INDEX one ON ONLY public.p USING btree (a)",
                        "p_low_a_idx true CREATE INDEX p_low_a_idx ON public.p_low USING btree (a) of one");
    }

    @Test
    void says_why_the_index_stays_invalid_when_a_subpartitioned_table_becomes_empty() throws SQLException {
        run("drop index one");
        List<String> statements = missing();
        run(statements.subList(0, 3).toArray(String[]::new));
        run("drop table p_high_rest");
        assertThatThrownBy(this::restore)
                .hasMessageContaining(
                        """
                        ERROR: public.one has all of its parts, but is not valid: the last partition of public.p_high was dropped after the index was built there, so nothing is left to build
                          Hint: The parts serve already. Create a partition of each, or drop each that is no longer needed, and undo again.
                        """);
        assertThat(database.query(CATALOG))
                .contains(
                        "p_low_a_idx true CREATE INDEX p_low_a_idx ON public.p_low USING btree (a) of one",
                        "p_rest_a_idx true CREATE INDEX p_rest_a_idx ON public.p_rest USING btree (a) of one");
        run("create table p_high_one partition of p_high for values in (1)");
        restore();
        assertThat(database.query(CATALOG)).hasSize(5).allMatch(index -> index.contains(" true "));

        run("drop index one");
        run(statements.subList(0, 3).toArray(String[]::new));
        run("drop table p_high_one");
        assertThatThrownBy(this::restore).hasMessageContaining("has all of its parts, but is not valid");
        run("drop table p_high");
        restore();
        assertThat(database.query(CATALOG)).hasSize(3).allMatch(index -> index.contains(" true "));

        run("drop index one", statements.get(0), "drop table p_low, p_rest");
        assertThatThrownBy(this::restore)
                .hasMessageContaining("the last partition of public.p was dropped after the index was built there")
                .hasMessageContaining("Hint: It is empty. To make it valid: DROP INDEX public.one, and undo again.");
        run("drop index public.one");
        restore();
        assertThat(database.query(CATALOG))
                .containsExactly("one true CREATE INDEX one ON ONLY public.p USING btree (a)");
    }

    @Test
    void is_valid_at_once_if_a_subpartitioned_table_was_already_empty() throws SQLException {
        run("drop index one", "drop table p_high_rest");
        restore();
        assertThat(database.query(CATALOG)).hasSize(4).allMatch(index -> index.contains(" true "));
    }

    @Test
    void says_what_blocks_the_restore() throws SQLException {
        run("drop index one", "create table p_low_a_idx ()");
        assertThatThrownBy(this::restore)
                .hasMessageContaining(
                        "public.one cannot be restored: the name public.p_low_a_idx belongs to something else");
        run("drop table p_low_a_idx", "create index one on p (a)");
        assertThatThrownBy(this::restore)
                .hasMessageContaining("The part of public.one on public.p_high is not what it was");
    }

    @Test
    void a_foreign_table_attached_as_a_partition_keeps_the_index_invalid_until_detached() throws SQLException {
        List<String> before = database.query(CATALOG);
        run("drop index one");
        database.runAsSuperuser(
                "create foreign data wrapper nothing",
                "create server nowhere foreign data wrapper nothing",
                "grant usage on foreign server nowhere to " + TestDatabase.OWNER);
        run("create foreign table p_far partition of p for values from (50) to (60) server nowhere");
        assertThatThrownBy(this::restore)
                .hasMessageContaining("public.one has all of its parts, but is not valid")
                .hasMessageContaining("A partition that is a foreign table has no part: detach it, and undo again");
        run("alter table p detach partition p_far");
        restore();
        assertThat(database.query(CATALOG)).isEqualTo(before);
    }

    private void restore() throws SQLException {
        new PartsRestore(connection, () -> false).run(() -> {
            try {
                run(CALL);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private List<String> missing() {
        String function = CALL.replace("select from pg_temp.assert_parts_built", "select * from pg_temp.missing_parts");
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(function)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    private void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : Stream.of(statements).toList()) {
                statement.execute(sql);
            }
        }
    }
}
