package dbopt;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.project.Drops;
import dbopt.project.MigrationProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command of the guide, on a database in the state that its section is about. */
@Tag("entrypoints")
@Timeout(180)
class DatabaseOptimizationTest {
    private static final Path GUIDE = Path.of("dev/guides/DATABASE-OPTIMIZATION.md");
    private static final Path REPOSITORY = Path.of("");
    private static final int DROPS =
            Drops.of(MigrationProject.find(REPOSITORY, null).flyway()).size();

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private final List<String> audited = database.indexes();

    static Stream<String> sections() {
        return Guide.blocks(GUIDE).stream().map(Guide.Block::section).distinct();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sections")
    void can_be_followed(String section) throws Exception {
        List<Guide.Block> blocks = Guide.blocks(GUIDE).stream()
                .filter(block -> block.section().equals(section))
                .toList();
        switch (section) {
            case "The audit, and how to repeat it" -> run(blocks);
            case "Phase 1: statistics and vacuum" -> {
                try (TestDatabase larger = TestDatabase.audited("0.02")) {
                    blocks.forEach(new GuideRun(larger, folder, Map.of())::run);
                }
            }
            case "Phase 2: the six drops" -> thePhaseOfTheDrops(blocks);
            case "What autovacuum does from V8 on", "Phase 4: monitoring" -> {
                dbopt("migrate");
                run(blocks);
            }
            case "The figures, measured again" -> run(blocks);
            default -> throw new AssertionError("Nobody has said in which state the commands of this section are run");
        }
    }

    @Test
    void the_thresholds_match_those_that_V8_sets() throws IOException {
        dbopt("migrate");
        List<String> rows = Files.readAllLines(GUIDE).stream()
                .filter(line -> line.matches("\\| metrics_\\w+ \\|( [0-9,]+ \\|){7}"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(database.query(
                        """
                                with share as (
                                    select c.relname, o.option_name, o.option_value::numeric as value
                                    from pg_class c cross join pg_options_to_table(c.reloptions) o
                                ), sized (relname, live) as (values %s)
                                select format('| %%s | %%s |', relname, to_char(live, 'FM9,999,999'))
                                    || string_agg(format(' %%s | %%s |', to_char(base + value * live, 'FM9,999,999'),
                                        to_char(base + usual * live, 'FM9,999,999')), '' order by position)
                                from sized join share using (relname)
                                join (values (1, 'autovacuum_vacuum_scale_factor', 50, 0.2), (2, 'autovacuum_analyze_scale_factor', 50, 0.1),
                                    (3, 'autovacuum_vacuum_insert_scale_factor', 1000, 0.2)) kind (position, option_name, base, usual)
                                    using (option_name)
                                group by relname, live order by live desc
                                """
                                .formatted(rows.stream()
                                        .map(row -> row.split(" \\| |\\| "))
                                        .map(cells -> "('%s', %s)".formatted(cells[1], cells[2].replace(",", "")))
                                        .collect(joining(", ")))));
        assertThat(database.query("select count(*) from pg_class where reloptions::text like '%autovacuum%'"))
                .containsExactly(String.valueOf(rows.size()));
    }

    private void run(List<Guide.Block> blocks) {
        blocks.forEach(new GuideRun(database, folder, Map.of())::run);
    }

    private void dbopt(String... arguments) {
        CommandRun run = CommandRun.in(REPOSITORY, database, arguments);
        assertThat(run.exitCode()).as(run.error()).isZero();
    }

    /** At a scale where the planner's choice is the real one, after the first phase, as on solid-state disks. */
    private void thePhaseOfTheDrops(List<Guide.Block> blocks) {
        try (TestDatabase larger = TestDatabase.audited("0.02")) {
            larger.runAsSuperuser("alter database " + larger.name() + " set random_page_cost = 1.1");
            CommandRun.in(REPOSITORY, larger, "maintain", "--cost-delay", "0").assertSucceeded();
            blocks.forEach(new GuideRun(larger, folder, Map.of())::run);
            assertThat(larger.indexes()).hasSize(audited.size() - DROPS);
        }
    }
}
