package dbopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which statements are named as evidence against a pattern index. */
@Tag("anyversion")
class PatternStatementsTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            select * from team where slug like $1             | named
            SELECT * FROM "public"."team" WHERE "team"."SLUG" LIKE $1 | named
            select * from team where slug_id like $1          | not named
            select * from team where my$slug like $1          | not named
            select * from teams where slug like $1            | not named
            select slug from other where name like $1         | not named
            """)
    void names_statements_that_contain_the_table_and_the_column_as_whole_words(String text, String outcome) {
        assertThat(new PatternStatements(List.of(text), 1, List.of())
                        .on("team", List.of("slug"))
                        .isEmpty())
                .isEqualTo(outcome.equals("not named"));
    }
}
