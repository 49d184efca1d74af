package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class TestServerTest {
    @Test
    @EnabledIfSystemProperty(named = "postgresql.version", matches = ".+", disabledReason = "the build names it")
    void the_server_has_the_major_version_that_the_build_names() {
        String version = System.getProperty("postgresql.version");
        try (TestDatabase db = TestDatabase.empty()) {
            assertThat(db.query("select current_setting('server_version_num')::int / 10000"))
                    .containsExactly(version.substring(0, version.indexOf('.')));
        }
    }

    @Test
    void the_server_has_the_same_collation_and_language_on_every_machine() {
        try (TestDatabase db = TestDatabase.empty()) {
            assertThat(db.query("select name from (values ('a'), ('B')) names (name) order by 1"))
                    .containsExactly("B", "a");
            assertThat(db.query("show lc_messages")).containsExactly("C");
        }
    }
}
