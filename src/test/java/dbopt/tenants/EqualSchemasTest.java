package dbopt.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.server.DefinitionSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EqualSchemasTest {
    /** Names that need quotes, that end in another one, that are as long as a name can be, and that hold a pattern. */
    private static final List<String> NAMES =
            List.of("a", "a.b", "it's", "Ömer \"5\" (x|y)*", "t_" + "x".repeat(61), "x\\y$1", "user");

    /** {@code %1$s} is the schema's name in quotes, {@code %2$s} the same in a literal. */
    private static final List<String> TENANT = List.of(
            "create schema %1$s",
            "create type %1$s.mood as enum ('well', 'ill')",
            "create function %1$s.norm(text) returns text immutable language sql return lower($1)",
            "create table %1$s.customer (id int primary key, name text not null, mood %1$s.mood)",
            "create table %1$s.orders (id bigint primary key, customer_id int references %1$s.customer, day date, note text)",
            "create table %1$s.event (at date, what text) partition by range (at)",
            "create table %1$s.event_1 partition of %1$s.event for values from ('2026-01-01') to ('2026-02-01')",
            "create index event_what on %1$s.event (what)",
            "create index orders_customer on %1$s.orders (customer_id)",
            "create index orders_day on %1$s.orders (day desc)",
            "create index customer_norm on %1$s.customer (%1$s.norm(name)) where mood = 'ill'::%1$s.mood",
            "create index customer_literal on %1$s.customer (id) where name <> 'a.b ''a.' and name <> '\"a\".\\'");

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private void make(String... schemas) {
        for (String schema : schemas) {
            database.run(TENANT.stream()
                    .map(statement -> statement.formatted(quoted(schema)))
                    .toArray(String[]::new));
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private EqualSchemas read() {
        try (Connection connection = database.connectAsStranger();
                Statement statement = connection.createStatement()) {
            statement.execute(DefinitionSettings.pinnedInTransaction());
            return EqualSchemas.read(connection, BundledSql.ofClassPath());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void schemas_are_equal_whatever_their_names_and_owners() {
        make(NAMES.toArray(String[]::new));
        database.run(
                "create table public.customer (id int)",
                "create schema other",
                "create table other.customer (id int)",
                "create table other.flyway_schema_history (id int)",
                "create table other.wholly (id int)",
                "create temporary table orders (id int)");
        database.runAsSuperuser(
                "create role other_owner", "alter table a.orders owner to other_owner", "drop table \"it's\".event_1");
        try {
            assertThat(read().groups())
                    .containsExactly(new SchemaGroup(NAMES.stream().sorted().toList(), List.of()));
        } finally {
            database.runAsSuperuser("drop owned by other_owner cascade", "drop role other_owner");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            create index extra on c.orders (note)                                         | has the index extra of orders besides
            drop index c.orders_day                                                       | lacks the index orders_day of orders
            drop table c.event                                                            | lacks the table event
            create table c.more (id int primary key)                                      | has the table more besides
            alter table c.orders add v int                                                | has other columns or foreign keys in the table orders
            alter table c.orders drop constraint orders_customer_id_fkey                  | has other columns or foreign keys in the table orders
            alter table c.orders add v int, drop column day                               | has other columns or foreign keys in the table orders; lacks the index orders_day of orders
            drop index c.orders_day; create index orders_day on c.orders (day)            | has another definition of the index orders_day of orders
            alter index c.orders_day set (fillfactor = 50)                                | has another definition of the index orders_day of orders
            alter table c.orders cluster on orders_day                                    | has another definition of the index orders_day of orders
            create or replace function c.norm(text) returns text immutable language sql return upper($1) | has another definition of the index customer_norm of customer
            drop index c.orders_day; create index orders_day on c.customer (name)         | has the index orders_day of customer where others have the index orders_day of orders
            """)
    void a_nearly_equal_schema_deviates_and_the_difference_is_named(String change, String differences) {
        make("a", "b", "c");
        database.run(change.split("; "));
        assertThat(read().groups())
                .containsExactly(new SchemaGroup(
                        List.of("a", "b"), List.of(new SchemaGroup.Deviating("c", List.of(differences.split("; "))))));
    }

    @Test
    void an_invalid_index_makes_a_schema_deviate() {
        make("a", "b", "c");
        database.runAsSuperuser("update pg_index set indisvalid = false where indexrelid = 'c.orders_day'::regclass");
        assertThat(read().groups())
                .containsExactly(new SchemaGroup(
                        List.of("a", "b"),
                        List.of(new SchemaGroup.Deviating(
                                "c", List.of("has the index orders_day of orders invalid")))));
    }

    @Test
    void expressions_differ_if_they_name_a_function_or_literal_of_another_schema() {
        make("a", "b", "c", "d");
        database.run(
                "drop index c.customer_norm",
                "create index customer_norm on c.customer (a.norm(name)) where mood = 'ill'::c.mood",
                "drop index d.customer_literal",
                "create index customer_literal on d.customer (id) where name <> 'd.b ''a.' and name <> '\"a\".\\'");
        assertThat(read().groups())
                .containsExactly(new SchemaGroup(
                        List.of("a", "b"),
                        List.of(
                                new SchemaGroup.Deviating(
                                        "c", List.of("has another definition of the index customer_norm of customer")),
                                new SchemaGroup.Deviating(
                                        "d",
                                        List.of("has another definition of the index customer_literal of customer")))));
    }

    @Test
    void the_order_of_columns_does_not_matter() {
        make("a", "b");
        database.run(
                "alter table b.orders drop column day",
                "alter table b.orders add day date",
                "create index orders_day on b.orders (day desc)");
        assertThat(read().groups()).containsExactly(new SchemaGroup(List.of("a", "b"), List.of()));
    }

    @Test
    void nothing_is_grouped_where_no_two_schemas_are_equal() {
        make("live", "staging");
        database.run("create index extra on live.orders (note)");
        assertThat(read().groups()).isEmpty();
    }
}
