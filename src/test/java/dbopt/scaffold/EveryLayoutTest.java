package dbopt.scaffold;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.Guide;
import dbopt.StockFlyway;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the audit to migrate and undo in projects of other layouts, with a Flyway without dbopt. */
@Tag("anyversion")
@Timeout(180)
class EveryLayoutTest {
    private static final String ORDERS =
            """
            create table orders (id int primary key, customer int, day date);
            create index orders_customer on orders (customer);
            create index orders_customer_again on orders (customer);
            """;

    @TempDir
    private Path folder;

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.empty();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void the_guide_takes_a_Spring_Boot_project_through_migrate_and_undo() throws IOException {
        write("pom.xml", "<project><!-- spring-boot, flyway-core --></project>");
        write(
                "src/main/resources/application.yml",
                "spring:\n  flyway:\n    table: history\n    default-schema: public\n");
        Path migrations = folder.resolve("src/main/resources/db/migration");
        write("src/main/resources/db/migration/V1__orders.sql", ORDERS);
        write("src/main/resources/db/migration/V3__day.sql", "create index orders_day on orders (day);");
        Map<String, String> spring = Map.of(
                "flyway.locations", "filesystem:" + migrations,
                "flyway.table", "history",
                "flyway.defaultSchema", "public",
                "flyway.ignoreMigrationPatterns", "*:pending",
                "flyway.postgresql.transactional.lock", "false");
        stock("migrate", spring);
        List<String> before = database.schema();

        List<String> commands = Guide.blocks(Path.of("dev/guides/CLEAN-UP.md")).stream()
                .filter(block -> block.section().equals("In your own project"))
                .flatMap(block -> block.commands().stream())
                .toList();
        assertThat(commands).hasSize(5);
        CommandRun audit = readme(commands.get(0));
        assertThat(audit.output()).contains("1 redundant index,", "orders_customer_again");
        assertThat(audit.error())
                .startsWith(
                        "Flyway project %s\n  src/main/resources/application.yml: flyway.defaultSchema=public, flyway.table=history\n  environment: FLYWAY_PASSWORD, FLYWAY_URL, FLYWAY_USER\n  Flyway's default: flyway.locations=classpath:db/migration\n"
                                .formatted(folder));
        assertThat(readme(commands.get(1)).error())
                .endsWith(
                        """
                        Written:
                          %1$s/V4__drop_orders_customer_again.sql
                          %1$s/V4__drop_orders_customer_again.sql.conf
                          %1$s/U4__drop_orders_customer_again.sql
                          %1$s/U4__drop_orders_customer_again.sql.conf
                          %1$s/beforeEachMigrate__redundancy_guard.sql
                          %1$s/afterEachMigrate__redundancy_guard.sql
                          %1$s/beforeEachUndo__redundancy_guard.sql
                          %1$s/afterEachUndo__redundancy_guard.sql
                        With Flyway's default lock, CREATE INDEX CONCURRENTLY hangs forever. In src/main/resources/application.yml:
                          spring.flyway.postgresql.transactional-lock: false
                        """
                                .formatted(migrations));
        readme(commands.get(2));
        assertThat(readme(commands.get(0)).output()).contains("no redundant index");
        readme(commands.get(3));
        assertThat(database.schema()).isEqualTo(before);

        // the same by Flyway alone, and the next migration of the project
        stock("migrate", spring);
        assertThat(readme(commands.get(0)).output()).contains("no redundant index");
        write("src/main/resources/db/migration/V5__next.sql", "create table next (id int primary key);");
        stock("migrate", spring);
        stock("validate", spring);
        assertThat(database.query("select count(*) from next")).containsExactly("0");
        assertThat(CommandRun.in(Path.of(""), database, "undo", "--project", folder.toString(), "--target", "4")
                        .error())
                .contains("V5");
    }

    @Test
    void a_folder_with_gaps_keeps_its_numbering_and_gets_the_missing_setting() throws IOException {
        write(
                "flyway.toml",
                "[flyway]\nlocations = [\"filesystem:db/migration\"]\ndefaultSchema = \"public\"\nvalidateMigrationNaming = true\n");
        write("db/migration/V4_7__orders.sql", ORDERS);
        write("db/migration/V4_115__day.sql", "create index orders_day on orders (day);");
        Map<String, String> flyway = Map.of(
                "flyway.locations",
                "filesystem:" + folder.resolve("db"),
                "flyway.postgresql.transactional.lock",
                "false");
        stock("migrate", flyway);
        List<String> before = database.schema();

        CommandRun written = dbopt("audit", "--scaffold", folder.resolve("db").toString());
        assertThat(written.error())
                .contains("db/migration/V4_116__drop_orders_customer_again.sql\n", "db/undo/U4_116__drop_")
                .contains("This project also needs, and --with-guard writes:\n  the guard, ")
                .endsWith(
                        """
                        Flyway does not find filesystem:db/callback, filesystem:db/undo yet. In flyway.toml, under [flyway]:
                          locations = ["filesystem:db/migration", "filesystem:db/callback", "filesystem:db/undo"]
                        With Flyway's default lock, CREATE INDEX CONCURRENTLY hangs forever. In flyway.toml, under [flyway]:
                          postgresql.transactional.lock = false
                        flyway.validateMigrationNaming=true: a Flyway without the undo plugin stops at the names of the undo scripts. Give it the plugin's jar, or in flyway.toml, under [flyway]:
                          validateMigrationNaming = false
                        """);
        Map<String, String> strict = new TreeMap<>(flyway);
        strict.put("flyway.validateMigrationNaming", "true");
        assertThat(stockFailure(strict)).contains("Invalid SQL filenames found").contains("U4_116__drop_");
        assertThat(stockFailure(flyway))
                .contains(
                        "The guard is missing: no callback beforeEachMigrate made pg_temp.assert_redundant in this session");
        database.run("delete from flyway_schema_history where not success");

        // dbopt provides the guard
        assertThat(dbopt("migrate").exitCode()).isZero();
        write("db/migration/V4_117__next.sql", "create table next (id int primary key);");
        stock("migrate", flyway);
        assertThat(database.history()).last().asString().startsWith("4.117 |");
        assertThat(dbopt("undo", "--target", "4.116").error())
                .endsWith(
                        """
                        Cannot undo V4.117 to V4.116: 2 of the 2 have no undo script. Nothing was changed.
                          V4.117__next                        expected %1$s/db/migration/U4_117__next.sql
                          V4.116__drop_orders_customer_again  %1$s/db/undo/U4_116__drop_orders_customer_again.sql exists, but is in none of Flyway's locations
                        Add that folder to flyway.locations (dbopt: --locations lists all of them); write the missing script.
                        """
                                .formatted(folder));
        write("db/undo/U4_117__next.sql", "drop table next;");
        CommandRun undone = CommandRun.in(
                Path.of(""),
                database,
                "undo",
                "--target",
                "4.116",
                "--project",
                folder.toString(),
                "--locations",
                "filesystem:db/migration,filesystem:db/undo");
        assertThat(undone.exitCode()).as(undone.error()).isZero();
        assertThat(database.schema()).isEqualTo(before);
    }

    @Tag("long")
    @Test
    void a_folder_with_date_versions_continues_with_the_current_date() throws IOException {
        write("flyway.conf", "flyway.locations=filesystem:sql\nflyway.postgresql.transactional.lock=false\n");
        write("sql/V20240301__orders.sql", ORDERS);
        Map<String, String> flyway = Map.of(
                "flyway.locations",
                "filesystem:" + folder.resolve("sql"),
                "flyway.postgresql.transactional.lock",
                "false");
        stock("migrate", flyway);
        List<String> before = database.schema();
        String date = DateTimeFormatter.ofPattern("uuuuMMdd").format(LocalDate.now(ZoneId.systemDefault()));
        CommandRun written = dbopt("audit", "--scaffold", folder.resolve("sql").toString(), "--with-guard");
        assertThat(written.error())
                .contains("sql/V%s_1__drop_orders_customer_again.sql\n".formatted(date))
                .doesNotContain("Flyway does not find", "hangs forever");
        stock("migrate", flyway);
        assertThat(dbopt("audit").output()).contains("no redundant index");
        assertThat(dbopt("undo").exitCode()).isZero();
        assertThat(database.schema()).isEqualTo(before);
        stock("migrate", flyway);
        write("sql/V%d__next.sql".formatted(Integer.parseInt(date) + 1), "create table next (id int primary key);");
        stock("migrate", flyway);
        assertThat(database.query("select count(*) from next")).containsExactly("0");
    }

    @Test
    void every_command_works_and_uses_nothing_of_the_audited_application() throws IOException {
        write("flyway.conf", "flyway.locations=filesystem:sql\n");
        write("sql/V1__orders.sql", ORDERS);
        for (String command : List.of("migrate", "info", "health", "maintain --dry-run", "audit")) {
            CommandRun run = dbopt(command.split(" "));
            assertThat(run.exitCode()).as(command + run.error() + run.output()).isZero();
            assertThat(run.output()).doesNotContain("metrics_", "audited");
            assertThat(run.error()).contains("Flyway project " + folder);
        }
        CommandRun plans = dbopt("plans", "record", folder.resolve("plans.json").toString());
        assertThat(plans.exitCode()).isEqualTo(2);
        assertThat(plans.error())
                .contains("This project has no queries to watch: there is no folder " + folder + "/db/queries.");
        write(
                "db/queries/orders.sql",
                "-- Orders of a customer.\n-- Serves: the shop\n-- Typical: 1\n-- Writes: no\nselect * from orders where customer = 1;\n");
        assertThat(dbopt("plans", "record", folder.resolve("plans.json").toString())
                        .exitCode())
                .isZero();
        assertThat(Files.readString(folder.resolve("plans.json")))
                .contains("orders")
                .doesNotContain("metrics_");
        CommandRun nowhere = CommandRun.in(Path.of(""), Map.of(), "migrate", "--project", folder.toString());
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.error()).contains("No database configured");
    }

    private CommandRun readme(String command) {
        assertThat(command).startsWith("./scripts/dbopt ");
        CommandRun run = CommandRun.in(
                Path.of(""),
                database,
                command.substring("./scripts/dbopt ".length())
                        .replace("../shop", folder.toString())
                        .split(" +"));
        assertThat(run.exitCode())
                .as(command + "\n" + run.output() + run.error())
                .isZero();
        return run;
    }

    private CommandRun dbopt(String... arguments) {
        return CommandRun.in(
                Path.of(""),
                database,
                Stream.concat(Stream.of(arguments), Stream.of("--project", folder.toString()))
                        .toArray(String[]::new));
    }

    private void stock(String command, Map<String, String> settings) {
        try (StockFlyway flyway = StockFlyway.withoutPlugin()) {
            flyway.run(command, database, settings);
        }
    }

    private String stockFailure(Map<String, String> settings) {
        try {
            stock("migrate", settings);
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getCause().getMessage());
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
