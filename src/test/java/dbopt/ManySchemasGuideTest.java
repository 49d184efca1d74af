package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the guide to many equal schemas, and what it shows of them. */
@Tag("anyversion")
@Timeout(120)
class ManySchemasGuideTest {

    @TempDir
    private Path shop;

    @Test
    void can_be_followed() throws IOException {
        for (String folder : List.of("migration", "undo", "callback")) {
            Files.createDirectories(shop.resolve("db").resolve(folder));
        }
        Files.writeString(
                shop.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.postgresql.transactional.lock=false
                """);
        Files.writeString(
                shop.resolve("db/migration/V1__orders.sql"),
                """
                create table orders (id int primary key, customer int);
                create index orders_customer on orders (customer);
                create index orders_customer_id on orders (customer, id);
                """);
        try (TestDatabase database = TestDatabase.empty()) {
            database.run("create table tenants (schema_name text, active boolean)");
            for (int number = 1; number <= 4; number++) {
                database.run(
                        "create schema tenant_" + number, "insert into tenants values ('tenant_" + number + "', true)");
            }
            CommandRun.in(shop, database, "migrate", "--schemas", "tenant_*").assertSucceeded();
            for (Guide.Block block : Guide.blocks(Path.of("dev/guides/MANY-SCHEMAS.md"))) {
                if (block.section().equals("Migrate")) {
                    database.run("alter index tenant_3.orders_customer_id rename to other");
                }
                run(block, database);
            }
        }
    }

    private void run(Guide.Block block, TestDatabase database) {
        StringBuilder printed = new StringBuilder();
        for (String command : block.commands()) {
            List<String> words = Guide.words(command.replace("../shop", shop.toString()));
            assertThat(words.get(0)).isEqualTo("./scripts/dbopt");
            CommandRun run = CommandRun.in(
                    Path.of(""), database, words.subList(1, words.size()).toArray(String[]::new));
            assertThat(run.exitCode()).as(command + run.output() + run.error()).isEqualTo(block.exitCode());
            printed.append(run.output());
        }
        if (!block.output().isEmpty()) {
            GuideRun.assertShown(block.output(), printed.toString());
        }
    }
}
