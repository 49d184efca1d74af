package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CONTRIBUTING's recipe for a migration pair: after its one command the suite of the pairs passes, the new one among them. */
@Tag("long")
@Tag("anyversion")
@Tag("entrypoints")
@Timeout(300)
class AddedPairTest {
    /** The repository with what is built of it, to which the recipe is applied. */
    @TempDir
    private Path repository;

    @Test
    void a_pair_scaffolded_as_the_recipe_says_passes_the_tests_of_the_pairs() throws IOException {
        ProjectCopy.of(Path.of(""), repository);
        Files.copy(Path.of("pom.xml"), repository.resolve("pom.xml"));
        Files.createDirectory(repository.resolve("target"));
        for (String classes : List.of("target/classes", "target/test-classes")) {
            Files.createSymbolicLink(
                    repository.resolve(classes), Path.of(classes).toAbsolutePath());
        }
        try (TestDatabase database = TestDatabase.audited()) {
            CommandRun.inRepository(repository, database, "migrate").assertSucceeded();
            CommandRun.inRepository(repository, database, recipe()).assertSucceeded();
            assertThat(repository.resolve("db/migration")).isDirectoryContaining("glob:**/V9__drop_*.sql");

            FlywayRun suite = MavenFlyway.start(
                            repository,
                            database,
                            Map.of(),
                            "--offline",
                            "surefire:test",
                            "-Dtest=UndoPairsTest,SixDropsTest",
                            "-Dtest.db=embedded",
                            "-Dtest.forks=1")
                    .result();
            assertThat(suite.exitCode()).as(suite.output()).isZero();
            // V2 to V8, the new one, and all of them together
            assertThat(suite.output()).containsPattern("Tests run: 9, .* in dbopt\\.undo\\.UndoPairsTest");
        }
    }

    /** The arguments that the recipe gives to {@code ./scripts/dbopt}, for this repository. */
    private String[] recipe() {
        Guide.Block block = Guide.blocks(Path.of("CONTRIBUTING.md")).stream()
                .filter(each -> each.section().equals("Add a migration pair"))
                .findFirst()
                .orElseThrow();
        return block.commands()
                .get(0)
                .replace("./scripts/dbopt ", "")
                .replace(" db ", " " + repository.resolve("db") + " ")
                .split(" ");
    }
}
