package dbopt.migrate;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.AuditedProject;
import dbopt.CommandRun;
import dbopt.Guide;
import dbopt.TestDatabase;
import dbopt.guard.GuardedDrop;
import dbopt.project.Drops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application's models follow the migrations: with real Django, on databases that it made and that it found. */
@Tag("entrypoints")
class DjangoTest {
    private static final Path GUIDE = Path.of("dev/guides/DJANGO.md");

    /** The definitions of the six, sorted. */
    private static final List<String> SIX = Drops.of(AuditedProject.project().flyway()).values().stream()
            .map(GuardedDrop::definition)
            .sorted()
            .toList();

    @BeforeAll
    static void demandDjango() {
        boolean installed = DjangoApplication.isPossible();
        if (!installed) {
            System.out.println(
                    "There is no Django for /usr/bin/python3 (apt-get install python3-django python3-psycopg2): "
                            + "the application's side is NOT tested.");
        }
        assumeTrue(installed, "no python3-django with python3-psycopg2");
    }

    @Test
    void the_guide_can_be_followed_from_its_first_command_to_its_last() {
        try (TestDatabase database = TestDatabase.empty()) {
            assertThat(sixAfter(database, "Before")).isEqualTo(SIX);
            assertThat(sixAfter(database, "Deploy: the database first, then the application"))
                    .isEmpty();
            assertThat(sixAfter(database, "Take it back")).isEqualTo(SIX);
            assertThat(Guide.blocks(GUIDE).stream().map(Guide.Block::section).distinct())
                    .containsExactly(
                            "Before", "Deploy: the database first, then the application", "Take it back", "Try it");
        }
    }

    private static List<String> sixAfter(TestDatabase database, String section) {
        for (Guide.Block block : Guide.blocks(GUIDE)) {
            if (block.section().equals(section)) {
                String output = block.commands().stream()
                        .map(command -> run(database, command))
                        .collect(joining());
                if (!block.output().isEmpty()) {
                    assertThat(output).isEqualTo(block.output());
                }
            }
        }
        return six(database);
    }

    private static String run(TestDatabase database, String command) {
        String[] words = command.split(" ", -1);
        if (command.startsWith("python3 manage.py ")) {
            return django(database, Arrays.copyOfRange(words, 2, words.length));
        }
        assertThat(command).startsWith("./scripts/dbopt ");
        CommandRun run = CommandRun.with(
                Map.of("DATABASE_URL", DjangoApplication.url(database)), Arrays.copyOfRange(words, 1, words.length));
        assertThat(run.exitCode()).as(run.error()).isZero();
        return run.output();
    }

    /** Runs the example's manage.py, which must succeed. */
    private static String django(TestDatabase database, String... arguments) {
        DjangoApplication.Run run = new DjangoApplication(DjangoApplication.EXAMPLE, database).manage(arguments);
        assertThat(run.exitCode()).as(run.output()).isZero();
        return run.output();
    }

    /** The definitions of those of the six indexes that exist and are valid. */
    private static List<String> six(TestDatabase database) {
        return database.indexes().stream().filter(SIX::contains).toList();
    }

    @Test
    void a_fresh_database_has_none_of_the_six_indexes_and_is_accepted_by_dbopt() {
        try (TestDatabase database = TestDatabase.empty()) {
            django(database, "migrate");
            assertThat(six(database)).isEmpty();
            assertThat(CommandRun.on(database, "migrate").output()).endsWith("Freed 0 bytes.\n");
        }
    }

    @Test
    void the_audited_database_loses_only_the_six_indexes_and_undo_restores_it() {
        try (TestDatabase database = TestDatabase.audited()) {
            List<String> audited = database.schema();
            List<String> withoutSix = new ArrayList<>(database.indexes());
            withoutSix.removeAll(SIX);
            django(database, "migrate", "--fake-initial");
            assertThat(database.indexes().stream().filter(index -> !index.contains("django_migrations")))
                    .containsExactlyElementsOf(withoutSix);

            CommandRun.on(database, "migrate").assertSucceeded();
            django(database, "migrate", "metrics", "0001_initial");
            django(database, "migrate", "integrations", "0001_initial");
            assertThat(six(database)).isEqualTo(SIX);

            CommandRun next = CommandRun.on(database, "migrate");
            assertThat(next.exitCode()).isEqualTo(4);
            assertThat(next.error()).contains("Indexes that were dropped as redundant exist again\n");
            CommandRun.on(database, "undo", "--target", "2").assertSucceeded();
            database.run("drop table django_migrations");
            assertThat(database.schema()).isEqualTo(audited);
        }
    }

    @Test
    void undo_stops_at_an_index_whose_build_was_interrupted() {
        try (TestDatabase database = TestDatabase.empty()) {
            django(database, "migrate");
            database.run("create index commit_pr_idx on metrics_commit (pull_request_id)");
            database.runAsSuperuser(
                    "update pg_index set indisvalid = false where indexrelid = 'commit_pr_idx'::regclass");
            DjangoApplication.Run run = new DjangoApplication(DjangoApplication.EXAMPLE, database)
                    .manage("migrate", "metrics", "0001_initial");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output())
                    .contains(
                            """
                            commit_pr_idx is not valid: a build of it was interrupted
                            HINT:  Drop it and migrate back again: DROP INDEX CONCURRENTLY commit_pr_idx
                            """);
            database.run("drop index concurrently commit_pr_idx");
            django(database, "migrate", "metrics", "0001_initial");
            assertThat(six(database)).hasSize(4);
        }
    }

    @Test
    void models_without_their_migrations_fail_the_check(@TempDir Path copy) throws IOException {
        try (Stream<Path> files = Files.walk(DjangoApplication.EXAMPLE);
                TestDatabase database = TestDatabase.empty()) {
            files.filter(file -> !file.getFileName().toString().startsWith("0002_"))
                    .forEach(file -> copy(file, copy.resolve(DjangoApplication.EXAMPLE.relativize(file))));
            DjangoApplication.Run run =
                    new DjangoApplication(copy, database).manage("makemigrations", "--check", "--dry-run");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output().lines().filter(line -> line.startsWith("    - ")))
                    .containsExactlyInAnyOrder(
                            "    - Remove index github_int_org_slug_idx from githubintegration",
                            "    - Remove index jira_int_cloud_id_idx from jiraintegration",
                            "    - Remove index commit_pr_idx from commit",
                            "    - Remove index pr_survey_pr_idx from prsurvey",
                            "    - Alter field member on aiusagedaily",
                            "    - Alter field author on commit");
        }
    }

    private static void copy(Path file, Path target) {
        try {
            if (Files.isDirectory(file)) {
                Files.createDirectories(target);
            } else {
                Files.copy(file, target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
