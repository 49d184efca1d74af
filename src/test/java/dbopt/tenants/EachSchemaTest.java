package dbopt.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("anyversion")
class EachSchemaTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            a     | drop index concurrently a.x                          | drop index concurrently %1$I.x
            a     | drop index a.a, ba.x, b.a, "a".y                     | drop index %1$I.a, ba.x, b.a, %1$I.y
            a     | create index on a.t ((x % 2)) where y = 'a.z %'      | create index on %1$I.t ((x %% 2)) where y = 'a.z %%'
            A b   | alter table "A b"."A b.c" set (x = 1)                | alter table %1$I."A b.c" set (x = 1)
            it's" | analyze "it's""\"."b%"                              | analyze %1$I."b%%"
            a$1   | analyze a$1.t                                        | analyze %1$I.t
            """)
    void replaces_the_schema_wherever_its_name_qualifies_another(String schema, String statement, String template) {
        assertThat(EachSchema.template(statement, schema)).isEqualTo(template);
    }

    private static List<String> tenants(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> "tenant_" + number)
                .toList();
    }

    @Test
    void names_many_schemas_by_a_common_prefix_and_a_few_by_name() {
        assertThat(EachSchema.condition(List.of("a", "it's"), Set.of("a", "it's", "b")))
                .isEqualTo("nspname = any (array['a', 'it''s'])");
        assertThat(EachSchema.condition(tenants(30), Set.copyOf(tenants(30))))
                .isEqualTo("pg_catalog.starts_with(nspname, 'tenant_')");
        assertThat(EachSchema.condition(tenants(30), Set.copyOf(tenants(32))))
                .isEqualTo(
                        "pg_catalog.starts_with(nspname, 'tenant_') and nspname <> all (array['tenant_31', 'tenant_32'])");
        assertThat(EachSchema.condition(tenants(30), Set.copyOf(tenants(60))))
                .startsWith("nspname = any (array['tenant_1', 'tenant_2', ")
                .endsWith(", 'tenant_30'])");
    }
}
