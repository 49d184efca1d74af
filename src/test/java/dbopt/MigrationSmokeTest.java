package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MigrationSmokeTest {
    @Test
    void the_migrations_drop_six_of_the_audited_indexes() {
        try (TestDatabase db = TestDatabase.audited()) {
            assertThat(db.indexes()).hasSize(103);
            db.flyway().load().migrate();
            assertThat(db.indexes()).hasSize(97);
        }
    }
}
