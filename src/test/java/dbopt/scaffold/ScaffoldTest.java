package dbopt.scaffold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.CommandRun;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import dbopt.findings.Audit;
import dbopt.findings.RedundantIndex;
import dbopt.project.MigrationProject;
import dbopt.undo.Undo;
import dbopt.undo.UndoListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the finding to migrate and undo: what the scaffold writes, and that the scripts work as described. */
@Tag("anyversion")
@Timeout(300)
class ScaffoldTest {
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

    private record Outcome(int exitCode, String output, String log) {}

    @Test
    void writes_a_pair_in_the_style_of_this_project() throws IOException {
        try (TestDatabase audited = TestDatabase.audited()) {
            audit(
                    audited,
                    "--scaffold",
                    folder.toString(),
                    "--index",
                    "commit_pr_idx",
                    "--index",
                    "public.pr_survey_pr_idx");
        }
        for (String script : List.of("2__drop_commit_pr_idx.sql", "3__drop_pr_survey_pr_idx.sql")) {
            // those of this project are applied, so they stay as they are
            assertThat(statements(folder.resolve("V" + script)))
                    .endsWith( // those of this project are applied, so they stay as they are
                            statements(Path.of("db/migration/V" + script)).stream()
                                    .map(line -> line.replace("select pg_temp.assert_", "select from pg_temp.assert_"))
                                    .toArray(String[]::new));
            assertThat(statements(folder.resolve("U" + script)))
                    .endsWith(statements(Path.of("db/undo/U" + script)).toArray(String[]::new));
            assertThat(Files.readString(folder.resolve("U" + script)).lines().limit(5))
                    .containsExactlyElementsOf(
                            Files.readAllLines(Path.of("db/undo/U" + script)).subList(0, 5));
            assertThat(Files.readString(folder.resolve("V" + script + ".conf")))
                    .isEqualTo(Files.readString(Path.of("db/migration/V" + script + ".conf")));
            assertThat(Files.readString(folder.resolve("U" + script + ".conf")))
                    .isEqualTo(Files.readString(Path.of("db/undo/U" + script + ".conf")));
        }
    }

    @Test
    void a_migration_starts_with_the_reason_the_keeper_and_the_undo_command() throws IOException {
        database.run("create table t (a int, b int)", "create index t_a on t (a)", "create index t_a_b on t (a, b)");
        audit(database, "--scaffold", folder.toString(), "--index", "t_a");
        assertThat(Files.readString(folder.resolve("V2__drop_t_a.sql")))
                .isEqualTo(
                        """
                        -- Drops public.t_a on public.t (a): 8 kB when it was audited.
                        -- Why:   a lookup, a join or a foreign-key check by (a) uses the leading keys of (a, b).
                        -- Kept:  public.t_a_b
                        -- Costs: a scan of the whole index reads the wider one (8 kB when it was audited), which must stay from now on.
                        -- Lock:  SHARE UPDATE EXCLUSIVE on public.t: reads and writes go on. The drop waits for the transactions
                        --        that already use the table; while it waits it blocks nobody.
                        -- Undo:  U2 builds the index again, concurrently; no data is lost either way.
                        do $$ begin
                            if pg_catalog.to_regproc('pg_temp.assert_redundant') is null then
                                raise exception using
                                    errcode = 'undefined_function',
                                    message = 'The guard is missing: no callback beforeEachMigrate made pg_temp.assert_redundant in this session',
                                    hint = 'Nothing was changed. Add the folder of the callbacks to flyway.locations. dbopt audit --scaffold --with-guard writes them; dbopt migrate brings its own.';
                            end if;
                        end $$;

                        select from pg_temp.assert_redundant(
                            'public.t_a',
                            covered_by => 'public.t_a_b',
                            definition => 'CREATE INDEX t_a ON public.t USING btree (a)'
                        );

                        drop index concurrently if exists public.t_a;

                        select from pg_temp.assert_keeper('public.t_a_b');
                        """);
    }

    @Test
    void migrate_clears_all_findings_of_the_audited_project_and_undo_restores_them() throws IOException {
        ProjectCopy.of(Path.of(""), folder);
        try (TestDatabase audited = TestDatabase.audited()) {
            Flyway project = MigrationProject.find(folder, null)
                    .flyway()
                    .dataSource(audited.url(), TestDatabase.OWNER, TestDatabase.PASSWORD)
                    .load();
            project.migrate();
            List<String> before = audited.schema();
            List<String> found = findings(audited);
            assertThat(found).hasSize(20);

            List<String> arguments =
                    new ArrayList<>(List.of("--scaffold", folder.resolve("db").toString()));
            found.forEach(index -> arguments.addAll(List.of("--index", index)));
            Outcome scaffolded = audit(audited, arguments.toArray(String[]::new));
            assertThat(scaffolded.exitCode()).isZero();
            assertThat(scaffolded.log()).contains("Written:\n").doesNotContain("This project also needs");
            assertThat(files().stream().filter(file -> file.matches("db/migration/V(9|[1-9][0-9]+)__.*\\.sql")))
                    .hasSize(found.size());

            project.migrate();
            assertThat(findings(audited)).isEmpty();
            assertThat(audited.indexes()).hasSize(indexesIn(before) - found.size());

            CommandRun undone = CommandRun.in(folder, audited, "undo", "--target", "9");
            assertThat(undone.exitCode()).as(undone.error()).isZero();
            assertThat(audited.schema()).isEqualTo(before);
        }
    }

    @Test
    void works_in_a_foreign_project_with_all_kinds_of_names_and_attributes() throws IOException {
        database.runAsSuperuser("set allow_in_place_tablespaces = on", "create tablespace \"Other, disk\" location ''");
        try {
            database.runAsSuperuser("grant create on tablespace \"Other, disk\" to " + TestDatabase.OWNER);
            database.run(
                    "create schema \"My ${schema}\"",
                    "create table \"My ${schema}\".\"t'; drop table t; --\" (a int, \"b, \"\"c\"\"\" text)",
                    "create index \"kept; 'it'\" on \"My ${schema}\".\"t'; drop table t; --\" (a, \"b, \"\"c\"\"\")",
                    "create index \"gone\\ ${x} --\n;\" on \"My ${schema}\".\"t'; drop table t; --\" (a) with (fillfactor = 50)",
                    "comment on index \"My ${schema}\".\"gone\\ ${x} --\n;\" is 'it''s \\ mine; --'",
                    "create table t (a int, b text)",
                    "create index kept on t (lower(b), abs(a), b) where a > 0",
                    "create index gone on t (lower(b), abs(a)) tablespace \"Other, disk\" where a > 0",
                    "alter index gone alter column 1 set statistics 500",
                    "alter index gone alter column 2 set statistics 0");
            database.runAsSuperuser("alter role %s in database %s set default_tablespace = '\"Other, disk\"'"
                    .formatted(TestDatabase.OWNER, database.name()));
            List<String> before = catalog();

            Outcome scaffolded = audit(
                    database,
                    "--scaffold",
                    folder.toString(),
                    "--with-guard",
                    "--index",
                    "gone",
                    "--index",
                    "gone\\ ${x} --\n;");
            assertThat(scaffolded.exitCode()).as(scaffolded.log()).isZero();
            foreignProject().load().migrate();
            assertThat(findings(database)).isEmpty();
            assertThat(catalog()).hasSizeLessThan(before.size());

            Undo.of(foreignProject().target("2")).run(new UndoListener() {});
            assertThat(catalog()).isEqualTo(before);
        } finally {
            database.close();
            database = TestDatabase.empty();
            database.runAsSuperuser("drop tablespace \"Other, disk\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"t_b", "t_c", "t_d"})
    void copies_converge_after_a_drop_was_killed_before_its_history_row_was_written(String dropped) {
        database.run(
                "create table t (a int)",
                "create index t_a on t (a)",
                "create index t_b on t (a)",
                "create index t_c on t (a)",
                "create index t_d on t (a)");
        List<String> before = catalog();
        assertThat(audit(database, "--scaffold", folder.toString(), "--with-guard")
                        .exitCode())
                .isZero();
        database.run("drop index " + dropped);
        foreignProject().load().migrate();
        assertThat(findings(database)).isEmpty();
        Undo.of(foreignProject().target("2")).run(new UndoListener() {});
        assertThat(catalog()).isEqualTo(before);
    }

    @Test
    void a_pair_of_one_time_zone_migrates_and_is_undone_in_another() {
        String setting = "alter role %s in database %s set %s";
        String name = database.query("select quote_ident(current_database())").get(0);
        database.run(
                "create table t (a int, at timestamptz, span interval)",
                "create index t_a on t (a) where at > '2026-01-01 12:00:00+00'::timestamptz and span > '-1 day 02:03'::interval",
                "create index t_b on t (a) where at > '2026-01-01 12:00:00+00'::timestamptz and span > '-1 day 02:03'::interval");
        List<String> before = catalog();
        audit(database, "--scaffold", folder.toString(), "--with-guard");
        database.runAsSuperuser(
                setting.formatted(TestDatabase.OWNER, name, "intervalstyle = 'sql_standard'"),
                setting.formatted(TestDatabase.OWNER, name, "quote_all_identifiers = on"));
        TimeZone ours = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
        try {
            foreignProject().load().migrate();
            assertThat(findings(database)).isEmpty();
            Undo.of(foreignProject().target("2")).run(new UndoListener() {});
        } finally {
            TimeZone.setDefault(ours);
        }
        database.runAsSuperuser("alter role %s in database %s reset all".formatted(TestDatabase.OWNER, name));
        assertThat(catalog()).isEqualTo(before);
    }

    @Test
    void says_what_else_a_foreign_project_needs() {
        twoCopies();
        assertThat(audit(database, "--scaffold", folder.toString()).log())
                .isEqualTo(
                        """
                        Written:
                          %1$s/V2__drop_t_y.sql
                          %1$s/V2__drop_t_y.sql.conf
                          %1$s/U2__drop_t_y.sql
                          %1$s/U2__drop_t_y.sql.conf
                        This project also needs, and --with-guard writes:
                          the guard, a callback beforeEachMigrate that creates pg_temp.assert_redundant and assert_keeper
                          for undo, a callback beforeEachUndo that creates pg_temp.assert_name_free and assert_built
                          the setting flyway.postgresql.transactional.lock=false: with Flyway's default, CREATE INDEX CONCURRENTLY hangs forever
                        Whatever runs Flyway must find these folders, beside its others, and take a lock under which concurrent statements can run:
                          the command line, in flyway.conf:
                            flyway.locations=filesystem:%1$s
                            flyway.postgresql.transactional.lock=false
                          Maven, in the plugin's configuration:
                            <locations><location>filesystem:%1$s</location></locations>
                            <pluginConfiguration><postgresql.transactional.lock>false</postgresql.transactional.lock></pluginConfiguration>
                          Spring Boot, in application.properties:
                            spring.flyway.locations=filesystem:%1$s
                            spring.flyway.postgresql.transactional-lock=false
                        flyway.validateMigrationNaming=true: a Flyway without the undo plugin stops at the names of the undo scripts. dbopt has the plugin.
                        """
                                .formatted(folder));
    }

    @Test
    void drops_every_duplicate_but_prefixes_only_if_named() throws IOException {
        twoCopies();
        database.run("create index t_a_b on t (a, b)", "create index t_b on t (b)", "create index t_b2 on t (b)");
        assertThat(audit(database, "--scaffold", folder.toString()).log())
                .startsWith(
                        """
                        Left out, because a full scan of such an index would then read a wider one; name them with --index:
                          public.t_x
                          public.t_y
                        Written:
                        """);
        assertThat(files())
                .containsExactly(
                        "U2__drop_t_b2.sql", "U2__drop_t_b2.sql.conf", "V2__drop_t_b2.sql", "V2__drop_t_b2.sql.conf");
    }

    @Test
    void takes_the_version_after_the_highest() throws IOException {
        twoCopies();
        Files.createDirectories(folder.resolve("migration"));
        Files.writeString(folder.resolve("migration/V20240101120000__first.sql"), "select 1;");
        audit(database, "--scaffold", folder.toString());
        assertThat(files()).contains("migration/V20240101120001__drop_t_y.sql", "undo/U20240101120001__drop_t_y.sql");
    }

    @ParameterizedTest
    @CsvSource({"9,10", "4_115,4_116", "4.115,4.116", "007,008", "20240101120000,20240101120001"})
    void continues_the_numbering_style_of_the_project(String highest, String next) throws IOException {
        twoCopies();
        Files.writeString(folder.resolve("V" + highest + "__last.sql"), "select 1;");
        audit(database, "--scaffold", folder.toString());
        assertThat(files()).contains("V" + next + "__drop_t_y.sql", "U" + next + "__drop_t_y.sql");
    }

    @ParameterizedTest
    @CsvSource({
        "20240301,20261128_1",
        "20261128,20261128_1",
        "20261128_1,20261128_2",
        "20261128.1,20261128.2",
        "20240301.7,20261128_1",
        "20271231,20271231_1",
        "20249999,20250000",
        "2026.11.1,2026.11.2",
        "2026.02.18,2026.11.28.1",
        "2026_02_18_3,2026_11_28_1",
        "10.0_2026.02.18,10.0_2026.02.18.1",
        "10.0_2026.02.18.1,10.0_2026.02.18.2"
    })
    void follows_a_date_version_with_the_current_date(String highest, String next) {
        assertThat(NextVersions.after(List.of(highest), LocalDate.of(2026, 11, 28))
                        .next())
                .isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "4.117,4_115,4_117",
        "4.117,4.115,4.117",
        "20261128.1,20240301,20261128_1",
        "10.0.2026.02.25.1,10.0_2026.02.18,10.0_2026.02.25.1",
        "5,4_115,5"
    })
    void spells_a_version_from_the_schema_history_in_the_style_of_the_project(
            String recorded, String inProject, String spelled) {
        assertThat(NextVersions.spelled(recorded, inProject)).isEqualTo(spelled);
    }

    @Test
    void takes_the_requested_version_if_it_would_run() throws IOException {
        twoCopies();
        Files.writeString(folder.resolve("V9__last.sql"), "select 1;");
        assertThat(audit(database, "--scaffold", folder.toString(), "--first-version", "9.0")
                        .log())
                .endsWith(
                        "Nothing was written: version 9.0 is not above 9, the highest there is, so Flyway would not run it.\n");
        audit(database, "--scaffold", folder.toString(), "--first-version", "100");
        assertThat(files()).contains("V100__drop_t_y.sql");
    }

    @Test
    void refuses_a_folder_whose_migrations_differ_from_those_applied() throws IOException {
        twoCopies();
        Files.writeString(folder.resolve("V2__own.sql"), "select 2;");
        Files.writeString(folder.resolve("V3__same.sql"), "select 3;");
        Files.writeString(folder.resolve("V4__x.sql"), "select 4;");
        Files.writeString(folder.resolve("V5__gone.sql"), "select 5;");
        foreignProject().load().migrate();
        assertThat(audit(database, "--scaffold", folder.toString()).exitCode()).isZero();
        Files.delete(folder.resolve("V6__drop_t_y.sql"));
        Files.delete(folder.resolve("U6__drop_t_y.sql"));
        Files.delete(folder.resolve("V2__own.sql"));
        Files.writeString(folder.resolve("V2__of_another.sql"), "select 20;");
        Files.writeString(folder.resolve("V3__same.sql"), "select 30;");
        Files.delete(folder.resolve("V5__gone.sql"));
        Outcome refused = audit(database, "--scaffold", folder.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.log())
                .startsWith(
                        folder
                                + " does not hold the migrations that this database has applied (schema history public.flyway_schema_history):\n")
                .contains(
                        "V2 was applied as V2__own.sql",
                        "V3__same.sql was edited after it was applied",
                        "V5__gone.sql was applied, but is not here")
                .doesNotContain("V4__x")
                .endsWith(
                        "Nothing was written. Name the folder of this database's own migrations, fetch what others have added, or correct the address.\n");
    }

    @Test
    void refuses_a_folder_without_migrations_when_some_are_applied() throws IOException {
        twoCopies();
        Path other = Files.createDirectory(folder.resolve("other"));
        Path own = Files.createDirectories(folder.resolve("src/main/resources/db/migration"));
        Files.writeString(own.resolve("V2__own.sql"), "select 2;");
        foreignProject().load().migrate();
        assertThat(audit(database, "--scaffold", other.toString()).log())
                .isEqualTo(
                        "%s holds no migrations, but the schema history public.flyway_schema_history has 1 applied, the last src/main/resources/db/migration/V2__own.sql.\nNothing was written. Name the folder that holds them: --scaffold DIR\n"
                                .formatted(other));
        assertThat(other).isEmptyDirectory();
        Files.createDirectories(folder.resolve("target/classes/db/migration"));
        Files.writeString(folder.resolve("target/classes/db/migration/V2__own.sql"), "select 2;");
        assertThat(audit(database, "--scaffold", folder.toString()).exitCode()).isZero();
        assertThat(own.resolve("V3__drop_t_y.sql")).exists();
    }

    @Test
    void names_scripts_as_flyway_is_configured() throws IOException {
        twoCopies();
        Path project = folder.resolve("project");
        Path scripts = Files.createDirectories(project.resolve("scripts"));
        Files.createDirectories(project.resolve("db"));
        Files.writeString(
                project.resolve("db/flyway.conf"),
                "flyway.sqlMigrationPrefix=M\nflyway.sqlMigrationSeparator=-\nflyway.sqlMigrationSuffixes=.pgsql\n");
        Files.writeString(scripts.resolve("M07-first.pgsql"), "select 1;");
        CommandRun run = CommandRun.in(project, database, "audit", "--scaffold", scripts.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(scripts.resolve("M08-drop_t_y.pgsql")).exists();
        assertThat(scripts.resolve("M08-drop_t_y.pgsql.conf")).exists();
        assertThat(scripts.resolve("U08-drop_t_y.pgsql")).exists();
    }

    @Test
    void swaps_the_keeper_among_equal_copies_and_names_the_other_copy() throws IOException {
        twoCopies();
        database.run("create index t_z on t (a)", "create unique index t_u on t (b)", "create index t_v on t (b)");
        assertThat(audit(database, "--scaffold", folder.toString(), "--index", "t_x")
                        .log())
                .endsWith("  t_x: it stays, and its copy t_y is dropped; to keep that one instead: --keep t_y\n");
        Outcome swapped =
                audit(database, "--keep", "public.\"t_y\"", "--scaffold", folder.toString(), "--index", "PUBLIC.t_x");
        assertThat(swapped.exitCode()).as(swapped.log()).isZero();
        assertThat(swapped.output()).contains("t_x\n", "t_z\n", "the same keys as t_y");
        assertThat(files()).contains("V2__drop_t_x.sql");
        assertThat(audit(database, "--keep", "t_v", "--keep", "nobody").log())
                .contains("nobody: it is not a copy that is proven redundant");
        assertThat(audit(database, "--keep", "t_v").log())
                .contains(
                        "t_v: it cannot replace t_u, which must stay because of a constraint, its uniqueness or another property");
    }

    @Test
    void leaves_no_file_behind_if_not_all_could_be_written() throws IOException, InterruptedException {
        assumeTrue(mount("-t", "tmpfs", "-o", "size=8k", "tmpfs", folder.toString()));
        try {
            twoCopies();
            Outcome refused = audit(database, "--scaffold", folder.toString());
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.log())
                    .startsWith("Nothing was written, because no file can be written to the folder: ")
                    .contains("No space left on device");
            assertThat(files()).isEmpty();
        } finally {
            new ProcessBuilder("umount", folder.toString()).start().waitFor();
        }
    }

    private static boolean mount(String... arguments) throws InterruptedException {
        try {
            return System.getProperty("user.name").equals("root")
                    && new ProcessBuilder(Stream.concat(Stream.of("mount"), Stream.of(arguments))
                                            .toList())
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void refuses_to_guess_the_content_of_an_unreadable_schema_history() {
        twoCopies();
        database.runAsSuperuser(
                "create table flyway_schema_history (installed_rank int, version text, description text, type text, script text, checksum int, success boolean)");
        Outcome refused = audit(database, "--scaffold", folder.toString());
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.log())
                .isEqualTo(
                        """
                        Nothing was written: which versions this database has applied is unknown, because its schema history public.flyway_schema_history cannot be read (permission denied for table flyway_schema_history).
                        Connect as a role that may read it: GRANT SELECT ON public.flyway_schema_history TO ...
                        """);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refuses_to_guess_if_another_table_has_the_name_of_the_schema_history() {
        twoCopies();
        database.run(
                "create table flyway_schema_history (version text)",
                "insert into flyway_schema_history values ('one')");
        Outcome refused = audit(database, "--scaffold", folder.toString());
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.log())
                .startsWith(
                        "Nothing was written: which versions this database has applied is unknown, because public.flyway_schema_history is not a schema history of Flyway (")
                .hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void adds_the_guard_to_a_project_with_scripts_written_without_it() throws IOException {
        twoCopies();
        audit(database, "--scaffold", folder.toString());
        assertThat(audit(database, "--scaffold", folder.toString()).log())
                .contains(
                        """
                        Nothing to scaffold: no other index is a proven duplicate. Name others with --index.
                        This project also needs, and --with-guard writes:
                        """);
        assertThat(audit(database, "--scaffold", folder.toString(), "--with-guard")
                        .log())
                .contains(
                        """
                        Nothing to scaffold: no other index is a proven duplicate. Name others with --index.
                        Written, for the scripts that are there:
                          %1$s/beforeEachMigrate__redundancy_guard.sql
                          %1$s/afterEachMigrate__redundancy_guard.sql
                          %1$s/beforeEachUndo__redundancy_guard.sql
                          %1$s/afterEachUndo__redundancy_guard.sql
                        """
                                .formatted(folder));
        foreignProject().load().migrate();
        assertThat(audit(database).output()).contains("no redundant index");
        List<String> all = files();
        assertThat(audit(database, "--scaffold", folder.toString(), "--with-guard")
                        .exitCode())
                .isZero();
        assertThat(files()).isEqualTo(all);
    }

    @Test
    void never_drops_an_index_in_two_migrations() throws IOException {
        twoCopies();
        audit(database, "--scaffold", folder.toString(), "--with-guard");
        List<String> first = files();
        Outcome second = audit(database, "--scaffold", folder.toString(), "--with-guard");
        assertThat(second.exitCode()).isZero();
        assertThat(second.log())
                .contains(
                        "public.t_y is left out: V2__drop_t_y.sql drops it already, and is not applied yet\nNothing to scaffold: no other index");
        assertThat(audit(database, "--scaffold", folder.toString(), "--index", "t_y")
                        .log())
                .contains("  t_y: V2__drop_t_y.sql drops it already, and is not applied yet\n");
        assertThat(files()).isEqualTo(first);

        database.run("alter index t_y rename to t_yy");
        assertThat(audit(database, "--scaffold", folder.toString()).log())
                .contains("V2__drop_t_y.sql drops public.t_y, which has the same definition and does not exist");
        database.run("alter index t_yy rename to t_y", "create index t_z on t (a)");
        assertThat(audit(database, "--scaffold", folder.toString()).exitCode()).isZero();
        assertThat(files()).contains("V3__drop_t_z.sql").hasSize(first.size() + 4);

        foreignProject().load().migrate();
        Undo.of(foreignProject().target("2")).run(new UndoListener() {});
        assertThat(audit(database, "--scaffold", folder.toString(), "--index", "t_y")
                        .log())
                .contains(
                        "  t_y: V2__drop_t_y.sql drops it already; it was undone, and the next migrate applies it again\n");
        foreignProject().load().migrate();
        database.run("create index t_y on t (a)");
        Outcome recreated = audit(database, "--scaffold", folder.toString(), "--index", "t_y");
        assertThat(recreated.exitCode()).as(recreated.log()).isZero();
        assertThat(recreated.log())
                .contains("public.t_y: V2__drop_t_y.sql dropped it, and it was created again since then");
        assertThat(files()).contains("V4__drop_t_y.sql");
    }

    @Test
    void refuses_unproven_indexes_and_lists_them_all() throws IOException {
        twoCopies();
        database.run("create index t_desc on t (b desc)", "create index t_b on t (b)");
        Outcome refused = audit(
                database, "--scaffold", folder.toString(), "--index", "t_desc", "--index", "t_y", "--index", "nobody");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.log())
                .isEqualTo(
                        """
                        Nothing was written, because not every index can be dropped:
                          t_desc: it needs review: t_b has the same keys in exactly reverse order: a backward scan of it finds the same
                          nobody: the audit did not find it; either it is needed, or there is no such index
                        """);
        assertThat(refused.output()).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void writes_no_pair_that_the_guard_would_refuse_immediately() throws IOException {
        database.run(
                "create table t (a int, b int)",
                "create index t_x on t (a)",
                "create index t_y on t (a)",
                "create function f(int) returns int language sql immutable as 'select $1'",
                "create index t_f on t (f(a)) where b > 0",
                "create index t_g on t (f(a)) where b > 0",
                // takes the name that the undo script would give to an interrupted build
                "create index t_y_leftover on t (b)");
        database.run("create table u (a text)", "create index u_x on u (a)", "create index u_y on u (a)");
        Outcome refused = audit(database, "--scaffold", folder.toString(), "--index", "t_y", "--index", "u_y");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.log())
                .isEqualTo(
                        """
                        Nothing was written, because the guard would refuse these drops:
                          public.t_y: public.t_y cannot be restored: public.t_y_leftover, the name for what an interrupted build left, is in use
                        """);
        assertThat(files()).isEmpty();
        Outcome written = audit(database, "--scaffold", folder.toString());
        assertThat(written.log())
                .startsWith(
                        "The guard would refuse to drop it, so it is left out: public.t_y: public.t_y cannot be restored: ");
        assertThat(files()).contains("V2__drop_t_g.sql", "V3__drop_u_y.sql").doesNotContain("V2__drop_t_y.sql");
        assertThat(database.query("select count(*) from pg_proc where proname like 'assert_%'"))
                .containsExactly("0");
    }

    @Test
    void says_that_the_guard_could_not_run_without_the_TEMPORARY_right() throws IOException {
        twoCopies();
        database.runAsSuperuser("revoke temporary on database " + database.name() + " from " + TestDatabase.OWNER);
        Outcome written = audit(database, "--scaffold", folder.toString());
        assertThat(written.exitCode()).isZero();
        assertThat(written.log())
                .startsWith(
                        """
                        Whether the guard would allow these drops is unknown here: permission denied to create temporary tables in database "%s". The role that migrates needs the right TEMPORARY on the database. It is checked again when they are migrated.
                        Written:
                        """
                                .formatted(database.name()));
        assertThat(files()).contains("V2__drop_t_y.sql");
    }

    @Test
    void says_that_the_guard_could_not_run_in_a_read_only_session() {
        twoCopies();
        database.runAsSuperuser("alter role %s in database %s set default_transaction_read_only = on"
                .formatted(TestDatabase.OWNER, database.name()));
        assertThat(audit(database, "--scaffold", folder.toString()).log())
                .startsWith(
                        "Whether the guard would allow these drops is unknown here: this server or session is read-only, and the guard needs temporary functions; ask the primary. ");
    }

    @Test
    void says_which_index_an_unqualified_name_refers_to() {
        twoCopies();
        assertThat(audit(database, "--scaffold", folder.toString(), "--index", "\"t_y\"")
                        .log())
                .startsWith("--index \"t_y\" is public.t_y\nWritten:\n");
    }

    @Test
    void asks_for_the_schema_if_a_name_is_ambiguous() {
        twoCopies();
        database.run(
                "create schema other",
                "create table other.t (a int)",
                "create index t_x on other.t (a)",
                "create index t_y on other.t (a)");
        Outcome refused = audit(database, "--scaffold", folder.toString(), "--index", "t_y");
        assertThat(refused.log())
                .isEqualTo(
                        """
                        Nothing was written, because not every index can be dropped:
                          t_y: several indexes have that name: other.t_y, public.t_y
                        """);
    }

    @Test
    void refuses_an_unrecognized_folder_and_lists_the_reasons() throws IOException {
        twoCopies();
        for (String file : List.of(
                "V1__first.sql",
                "V2__second.sql",
                "V02__other.sql",
                "V5__fifth.sql",
                "V6_sixth.sql",
                "U3__third.sql")) {
            Files.writeString(folder.resolve(file), "select 1;");
        }
        Files.createSymbolicLink(folder.resolve("V6__gone.sql"), folder.resolve("nowhere"));
        Outcome refused = audit(database, "--scaffold", folder.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.log())
                .isEqualTo(
                        """
                        Nothing was written, because of what is in %s:
                          V6__gone.sql: cannot be read
                          V6_sixth.sql: its name is not V<version>__<description>.sql or U<version>__<description>.sql
                          duplicate version V02: V02__other.sql, V2__second.sql
                          U3__third.sql: there is no V3 for it to undo
                        """
                                .formatted(folder));
        assertThat(files()).hasSize(6);
    }

    @Test
    void refuses_a_file_where_a_folder_is_expected() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Outcome refused = audit(database, "--scaffold", file.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.log()).isEqualTo("The scaffold needs a folder, but this is a file: " + file + "\n");
    }

    @Test
    void creates_no_folder_for_a_mistyped_name() throws IOException {
        twoCopies();
        Path mistyped = folder.resolve("migratoin");
        Outcome refused = audit(database, "--scaffold", mistyped.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.log())
                .isEqualTo(
                        "There is no folder %1$s.\nNothing was written. Name the folder that holds the migrations; or make it, if they are to begin there: mkdir -p %1$s\n"
                                .formatted(mistyped));
        assertThat(mistyped).doesNotExist();
        Files.writeString(folder.resolve("flyway.toml"), "");
        assertThat(audit(database, "--scaffold", mistyped.toString()).exitCode())
                .isZero();
        assertThat(mistyped.resolve("V2__drop_t_y.sql")).exists();
        Path beside = folder.resolve("beside");
        assertThat(audit(database, "--scaffold", beside.toString()).exitCode()).isEqualTo(2);
        assertThat(beside).doesNotExist();
    }

    @Test
    void refuses_an_empty_folder_name_as_left_by_an_unset_variable() {
        Outcome refused = audit(database, "--scaffold", "");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.log()).isEqualTo("The scaffold needs a folder, but none is named: --scaffold DIR\n");
    }

    private void twoCopies() {
        database.run("create table t (a int, b int)", "create index t_x on t (a)", "create index t_y on t (a)");
    }

    private FluentConfiguration foreignProject() {
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD)
                .locations("filesystem:" + folder)
                .defaultSchema("public")
                .baselineOnMigrate(true);
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration;
    }

    private static int indexesIn(List<String> schema) {
        return (int) schema.stream().filter(line -> line.startsWith("CREATE ")).count();
    }

    private List<String> catalog() {
        return database.query(
                """
                select pg_get_indexdef(i.indexrelid), c.reltablespace, obj_description(c.oid),
                    (select string_agg(attnum || ' ' || attstattarget, ', ' order by attnum) from pg_attribute where attrelid = c.oid and attstattarget >= 0)
                from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and c.relname not like 'flyway%' order by 1
                """);
    }

    private static List<String> findings(TestDatabase target) {
        try (Connection connection = target.connect()) {
            return Audit.of(connection, false, List.of()).report().redundantIndexes().stream()
                    .map(RedundantIndex::index)
                    .toList();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static List<String> statements(Path script) throws IOException {
        return Files.readAllLines(script).stream()
                .filter(line -> !line.startsWith("--"))
                .toList();
    }

    private static Outcome audit(TestDatabase target, String... arguments) {
        CommandRun run = CommandRun.on(
                target, Stream.concat(Stream.of("audit"), Stream.of(arguments)).toArray(String[]::new));
        return new Outcome(run.exitCode(), run.output(), run.error().replaceFirst("^Database .*\n", ""));
    }
}
