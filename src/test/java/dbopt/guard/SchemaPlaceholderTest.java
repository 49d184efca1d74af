package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A placeholder is where a script names its schema, and nowhere else. */
@Tag("anyversion")
class SchemaPlaceholderTest {
    private static final SchemaPlaceholder ACME = new SchemaPlaceholder("acme", "${s}");

    private static String statement(String statement) {
        return ACME.of(statement)
                .replace(
                        "\n-- Names are quoted where SQL needs it, as definitions are printed.\nset quote_all_identifiers = off;\n\n",
                        "")
                .replace("\n\nreset quote_all_identifiers;\n", "");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            drop index acme.i;                                  | drop index "${s}".i;
            drop index "acme"."acme.i";                         | drop index "${s}"."acme.i";
            drop index acme_2.i, public.acme, xacme.i;          | drop index acme_2.i, public.acme, xacme.i;
            create index i on acme.t (acme.f(a)) where b = 'acme.x'::acme.state; | create index i on "${s}".t ("${s}".f(a)) where b = 'acme.x'::"${s}".state;
            comment on index acme.i is 'acme.t, 100%';          | comment on index "${s}".i is 'acme.t, 100%';
            select from pg_temp.f('acme.i', 'other.i', 5);      | select from pg_temp.f(pg_catalog.format('%1$I.i', '${s}'), 'other.i', 5);
            select from pg_temp.f(definition => 'ON acme.t (a) WHERE (b ~~ ''50%''::acme.d)'); | select from pg_temp.f(definition => pg_catalog.format('ON %1$I.t (a) WHERE (b ~~ ''50%%''::%1$I.d)', '${s}'));
            select from pg_temp.f(E'acme."a\\\\b"');              | select from pg_temp.f(pg_catalog.format(E'%1$I."a\\\\b"', '${s}'));
            select from pg_temp.f(comment => 'of acme.t', because => 'acme.t is small'); | select from pg_temp.f(comment => 'of acme.t', because => 'acme.t is small');
            select from pg_temp.f(d => array['type acme.state', 'type x.y']); | select from pg_temp.f(d => array[pg_catalog.format('type %1$I.state', '${s}'), 'type x.y']);
            """)
    void names_of_the_schema_are_replaced_by_the_placeholder(String script, String expected) {
        assertThat(statement(script)).isEqualTo(expected);
    }

    @Test
    void a_comment_explains_the_placeholder() {
        assertThat(ACME.of("-- Drops acme.i; keeps tacme.i.\nselect 1;\n"))
                .startsWith("-- Drops ${s}.i; keeps tacme.i.\n\n-- Names are quoted");
    }

    @Test
    void a_block_of_statements_that_names_it_is_refused() {
        assertThatThrownBy(() -> ACME.of("do $$ begin drop index acme.i; end $$;"))
                .hasMessage("a block of statements names the schema acme");
    }

    @Test
    void the_call_of_the_guard_is_parsed_in_the_schema_that_it_names() {
        String script = new SchemaPlaceholder("Te \"st", "Te'st")
                .of(
                        "select from pg_temp.assert_redundant('\"Te \"\"st\".i', covered_by => '\"Te \"\"st\".k', definition => 'D');");
        assertThat(script).contains("pg_catalog.format('%1$I.i', 'Te'st')");
        String replaced = script.replace("'Te'st'", "'user 1'");
        assertThat(GuardedDrop.in(replaced))
                .contains(new GuardedDrop("\"user 1\".i", new DropBasis.Covered("\"user 1\".k"), "D"));
    }
}
