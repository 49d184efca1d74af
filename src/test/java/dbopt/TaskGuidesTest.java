package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guides to clean-up, health and undo, followed on the sample database. What stands for a name of the reader's
 * is run elsewhere: a project of their own by {@code EveryLayoutTest}, an accepted difference by {@code JudgedScaffoldTest}.
 */
@Tag("long")
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class TaskGuidesTest {
    private static final Path GUIDES = Path.of("dev/guides");

    @TempDir
    private static Path folder;

    private static OwnServer server;

    @BeforeAll
    static void start() {
        server = OwnServer.start(folder, Map.of("shared_preload_libraries", "pg_stat_statements"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_guide_to_clean_up_a_database_can_be_followed() throws IOException {
        Path copy = copy("clean-up");
        try (TestDatabase database = server.audited("0.02")) {
            database.runAsSuperuser(
                    "create extension pg_stat_statements", "grant pg_read_all_stats to application", "analyze");
            List<String> before = database.indexes();
            for (Guide.Block block : Guide.blocks(GUIDES.resolve("CLEAN-UP.md"))) {
                if (block.section().equals("In your own project") || isOfTheReadersOwn(block)) {
                    continue;
                }
                if (block.section().equals("Rehearse")) {
                    Files.writeString(
                            copy.resolve("audit.json"),
                            CommandRun.in(copy, database, "audit", "--format", "json")
                                    .output());
                }
                if (block.section().equals("Compare")) {
                    CommandRun.in(copy, database, "undo", "--target", "2").assertSucceeded();
                }
                block.commands().forEach(command -> run(command, copy, database));
            }
            assertThat(database.indexes())
                    .doesNotContainAnyElementsOf(before.stream()
                            .filter(index -> index.contains(" commit_pr_idx "))
                            .toList());
        }
    }

    @Test
    void the_guides_to_health_and_undo_can_be_followed() throws IOException {
        Path copy = copy("health");
        try (TestDatabase database = server.audited("0.02")) {
            CommandRun.in(copy, database, "migrate").assertSucceeded();
            run("./scripts/dbopt observe observations.jsonl", copy, database);
            for (String guide : List.of("HEALTH.md", "UNDO.md", "../monitoring/README.md")) {
                for (Guide.Block block : Guide.blocks(GUIDES.resolve(guide))) {
                    StringBuilder printed = new StringBuilder();
                    block.commands().stream()
                            .filter(command -> command.startsWith("./scripts/dbopt"))
                            .forEach(command -> printed.append(run(command, copy, database)));
                    if (!block.output().isEmpty()) {
                        assertThat(printed.toString()).contains("Undone: V8 (");
                    }
                }
            }
            assertThat(database.indexes()).anyMatch(index -> index.contains("commit_pr_idx"));
        }
    }

    private static boolean isOfTheReadersOwn(Guide.Block block) {
        return block.commands().stream().anyMatch(command -> command.contains("t_name_like"));
    }

    private static Path copy(String name) {
        Path copy = folder.resolve(name);
        ProjectCopy.of(AuditedProject.folder(), copy);
        return copy;
    }

    /** The other node of the guide is one of the reader's. */
    private static String run(String command, Path project, TestDatabase database) {
        List<String> words = Guide.words(command.replaceAll(" --node \\S+", ""));
        assertThat(words.get(0)).isEqualTo("./scripts/dbopt");
        CommandRun run = CommandRun.in(
                project,
                database,
                words.subList(1, words.size()).stream()
                        .map(word -> word.matches(".*\\.(jsonl?|txt|html|prom)|db")
                                ? project.resolve(word).toString()
                                : word)
                        .toArray(String[]::new));
        assertThat(run.exitCode())
                .as(command + "\n" + run.output() + run.error())
                .isIn(command.contains("--fail-on") ? List.of(0, 1) : List.of(0));
        return run.output();
    }
}
