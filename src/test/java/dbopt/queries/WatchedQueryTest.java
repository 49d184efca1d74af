package dbopt.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.bundled.BundledSql;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchedQueryTest {
    @Test
    void the_comments_state_the_purpose_and_the_last_statement_is_the_query() {
        WatchedQuery query = WatchedQuery.parse(
                "q1",
                """
                -- What a member's
                -- departure costs.
                -- Serves: deleting; a member
                -- Typical: member 3
                -- Writes: yes
                -- Bound: 1.5 times the work; the index
                --   is wider
                insert into member values (';');
                delete from member
                where id = 3;
                """);
        assertThat(query.asks()).isEqualTo("What a member's departure costs.");
        assertThat(query.serves()).isEqualTo("deleting; a member");
        assertThat(query.writes()).isTrue();
        assertThat(query.bound()).contains(1.5);
        assertThat(query.preparation()).containsExactly("insert into member values (';')");
        assertThat(query.sql()).isEqualTo("delete from member\nwhere id = 3");
    }

    @Test
    void all_errors_of_a_file_are_reported_at_once() {
        assertThatThrownBy(() -> WatchedQuery.parse("q1", "-- Serves: nobody\n-- Writes: maybe\n-- Bound: little\n"))
                .hasMessage("db/queries/q1.sql: the comments lack a line \"-- Typical: ...\"; "
                        + "Writes must be yes or no, not maybe; "
                        + "Bound must begin with a number, as in \"2 times the work; why\", not little; "
                        + "the first line is not a comment that says what the query asks; there is no statement");
    }

    @Test
    void the_project_watches_reads_and_writes_and_names_the_reports_known_to_cost_more() {
        List<WatchedQuery> queries = WatchList.of(BundledSql.in(Path.of("")));
        assertThat(queries).hasSize(31).extracting(WatchedQuery::name).isSorted();
        assertThat(queries).filteredOn(WatchedQuery::writes).hasSize(6);
        assertThat(queries)
                .filteredOn(query -> query.bound().isPresent())
                .extracting(WatchedQuery::name)
                .containsExactly(
                        "q28_usage_per_member_all_teams",
                        "q29_commits_per_author_all_teams",
                        "q30_members_without_usage",
                        "q31_count_commits");
    }

    @Test
    void the_jar_contains_the_same_queries() {
        assertThat(WatchList.of(BundledSql.ofClassPath())).isEqualTo(WatchList.of(BundledSql.in(Path.of(""))));
    }
}
