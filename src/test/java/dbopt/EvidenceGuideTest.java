package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Every command of the guide to evidence, on the sample database; the days between two of them pass in the file. */
@Tag("entrypoints")
@EnabledOnOs(OS.LINUX)
@Timeout(180)
class EvidenceGuideTest {
    private static final Path GUIDE = Path.of("dev/guides/EVIDENCE.md");
    private static final Pattern AT = Pattern.compile("(?<=\"at\":\")[^\"]+");

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
    void the_nine_like_indexes_are_decided_by_observations() throws IOException {
        Path copy = folder.resolve("project");
        ProjectCopy.of(AuditedProject.folder(), copy);
        Path observations = copy.resolve("observations.jsonl");
        try (TestDatabase database = server.audited("0.02")) {
            database.runAsSuperuser(
                    "create extension pg_stat_statements",
                    "grant pg_read_all_stats to application",
                    "analyze",
                    "select pg_stat_statements_reset()");
            List<String> before = database.indexes();
            List<Guide.Block> blocks = Guide.blocks(GUIDE).stream()
                    .filter(block -> block.section().startsWith("The nine"))
                    .toList();
            assertThat(blocks).hasSize(4);
            for (Guide.Block block : blocks) {
                StringBuilder printed = new StringBuilder();
                for (String command : block.commands()) {
                    printed.append(run(command, copy, database));
                    if (command.contains(" plans record ")) {
                        aDayPasses(observations);
                    }
                }
                if (!block.output().isEmpty()) {
                    GuideRun.assertShown(block.output(), printed.toString());
                }
            }
            assertThat(database.indexes())
                    .containsAll(before.stream()
                            .filter(index -> index.contains("_like "))
                            .toList());
        }
    }

    private static String run(String command, Path project, TestDatabase database) {
        List<String> words = Guide.words(command);
        assertThat(words.get(0)).isEqualTo("./scripts/dbopt");
        CommandRun run = CommandRun.in(
                project,
                database,
                words.subList(1, words.size()).stream()
                        .map(word -> word.matches(".*\\.jsonl?|db")
                                ? project.resolve(word).toString()
                                : word)
                        .toArray(String[]::new));
        assertThat(run.exitCode())
                .as(command + "\n" + run.output() + run.error())
                .isZero();
        return run.output();
    }

    private static void aDayPasses(Path observations) throws IOException {
        Files.writeString(
                observations, AT.matcher(Files.readString(observations)).replaceAll(at -> Instant.parse(at.group())
                        .minus(Duration.ofDays(1))
                        .toString()));
    }
}
