package dbopt.security;

import static dbopt.security.HostileNames.assertHarmless;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Every command shows the names of objects, which have no effect on the terminal, the page or the SQL. */
@Tag("anyversion")
class HostileNamesTest {
    private static TestDatabase database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void createHostileNames() {
        database = TestDatabase.audited();
        HostileNames.createIn(database);
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "audit",
                "audit --format json",
                "health",
                "health --format json",
                "health --format html",
                "health --format prometheus",
                "maintain --dry-run",
                "info"
            })
    void control_characters_in_names_are_not_sent_to_the_terminal(String command) {
        CommandRun run = CommandRun.on(database, command.split(" "));
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertHarmless(run.output());
        assertHarmless(run.error());
    }

    @Tag("long")
    @Test
    void a_twin_has_all_objects_with_hostile_names() {
        Map<String, String> environment = new HashMap<>(database.address());
        environment.put("XDG_CACHE_HOME", folder.toString());
        environment.put("PATH", System.getenv("PATH"));
        CommandRun run = CommandRun.with(environment, "rehearse", "--without", "commit_pr_idx", "--format", "json");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(JsonMapper.builder().build().readTree(run.output()).path("unknownObjects"))
                .isEmpty();
        assertHarmless(run.output());
        assertHarmless(run.error());
    }

    @Test
    void hostile_names_are_still_distinguishable() {
        assertThat(CommandRun.on(database, "audit").output())
                .contains("i\\u001b[2J\\u001b[31m\\u0007\\u000d\\u0008\\u009b8m\\u000aFreed 1 TB.\\u202e");
        assertThat(CommandRun.on(database, "health").output())
                .contains("\\u001b[2J\\u001b[31m\\u0007\\u000d\\u0008\\u009b8m\\u000aFreed 1 TB.\\u202e");
    }

    @Test
    void maintain_handles_hostile_names_and_sends_no_control_character() {
        CommandRun run = CommandRun.on(database, "maintain", "--cost-delay", "0");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertHarmless(run.output());
        assertHarmless(run.error());
        assertThat(database.query(
                        "select count(*) from pg_stat_user_tables where schemaname ~ '^s' and n_dead_tup > 0"))
                .containsExactly("0");
    }

    @Test
    void a_blocking_session_is_reported_without_the_control_characters_of_its_query() throws SQLException {
        database.run("create table held as select n from generate_series(1, 1000) n");
        try (Connection holder = database.connect();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table held in share row exclusive mode -- \u001b[2J\u009b8m");
            CommandRun run = CommandRun.on(database, "maintain", "--lock-timeout", "2s");
            assertThat(run.error()).contains("Waiting for pid ").contains("-- \\u001b[2J\\u009b8m");
            assertHarmless(run.error());
        }
        database.run("drop table held");
    }

    @Test
    void the_page_shows_hostile_names_as_text_everywhere() throws IOException {
        Path page = folder.resolve("health.html");
        CommandRun run = CommandRun.on(database, "health", "--format", "html", "--output", page.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        String html = Files.readString(page);
        assertThat(html).contains("&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
        String withoutOurScript = html.replaceFirst("(?s)<script>.*?</script>", "");
        assertThat(withoutOurScript)
                .doesNotContain("<script", "alert(1)</", "\" onload=", "' onload=")
                .doesNotContainPattern("(?i)<[a-z][^>]* onload=");
    }

    @Test
    void json_stays_valid_and_contains_the_exact_names() {
        List<String> indexes = JsonMapper.builder()
                .build()
                .readTree(CommandRun.on(database, "audit", "--format", "json").output())
                .path("redundantIndexes")
                .valueStream()
                .map(found -> found.path("index").asString())
                .toList();
        assertThat(indexes).contains("i" + HostileNames.TERMINAL, "i" + HostileNames.PAGE, "i" + HostileNames.SQL);
        String health = CommandRun.on(database, "health", "--format", "json").output();
        assertThat(JsonMapper.builder().build().readTree(health).toString()).contains("Freed 1 TB.");
    }
}
