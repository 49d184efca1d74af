package dbopt.scaffold;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a finding that needs review to migrate and undo, after a person has accepted the difference. */
@Tag("anyversion")
@Timeout(120)
class JudgedScaffoldTest {
    private static final String BECAUSE = "it's \"never\" used; -- \\ ${x}\n\n/* select 1;\tO'Brien, 2026-11-28";

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @BeforeEach
    void makeProject() throws IOException {
        Files.createDirectories(folder.resolve("db/migration"));
        Files.writeString(
                folder.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.baselineOnMigrate=true
                flyway.defaultSchema=public
                """);
    }

    @Test
    void each_difference_can_be_migrated_and_undone_exactly() throws IOException {
        database.run(
                "create schema \"My ${schema}\"",
                "create table \"My ${schema}\".\"t'; --\" (a int not null, b int, \"na\"\"me\" text, at timestamptz)",
                "alter table \"My ${schema}\".\"t'; --\" add constraint t_a_key unique (a)",
                "create unique index \"one; 'it'\" on \"My ${schema}\".\"t'; --\" (a) with (fillfactor = 60)",
                "comment on index \"My ${schema}\".\"one; 'it'\" is 'it''s \\ mine'",
                "create index named on \"My ${schema}\".\"t'; --\" (\"na\"\"me\")",
                "create index \"na\"\"me_like\" on \"My ${schema}\".\"t'; --\" (\"na\"\"me\" text_pattern_ops)",
                "create index by_b on \"My ${schema}\".\"t'; --\" (b, a)",
                "create index b_down on \"My ${schema}\".\"t'; --\" (b desc)",
                "create index some_b on \"My ${schema}\".\"t'; --\" (b, a) where a > 0",
                "create index t_at on \"My ${schema}\".\"t'; --\" using brin (at)",
                "create index t_at_fine on \"My ${schema}\".\"t'; --\" using brin (at) with (pages_per_range = 16)");
        List<String> before = catalog();

        judge("unique_copy", "one; 'it'");
        judge("operator_class", "na\"me_like");
        judge("reversed_order", "\"My ${schema}\".b_down");
        judge("partial", "some_b");
        judge("storage_options", "t_at_fine");
        CommandRun migrated = CommandRun.in(folder, database, "migrate");
        assertThat(migrated.exitCode()).as(migrated.error()).isZero();
        assertThat(catalog()).hasSize(before.size() - 5);
        assertThat(migrated.output())
                .containsPattern(
                        "\"My \\$\\{schema}\"\\.some_b +8 kB +- +\"My \\$\\{schema}\"\\.by_b \\(partial\\) +dropped")
                .contains(
                        "Judged, not proven:\n",
                        "\n  \"My ${schema}\".some_b (partial): it's \"never\" used; -- \\ ${x} /* select 1; O'Brien, 2026-11-28\n");
        assertThat(CommandRun.in(folder, database, "info").output())
                .contains("Judged, not proven:\n", "\n  \"My ${schema}\".b_down (reversed_order): it's \"never\" used");

        CommandRun undone = CommandRun.in(folder, database, "undo", "--target", "2");
        assertThat(undone.exitCode()).as(undone.error()).isZero();
        assertThat(catalog()).isEqualTo(before);
        CommandRun again = CommandRun.in(folder, database, "migrate");
        assertThat(again.exitCode()).as(again.error()).isZero();
        assertThat(catalog()).hasSize(before.size() - 5);
    }

    @Test
    void the_migration_starts_with_the_accepted_difference() throws IOException {
        patterns();
        judge("operator_class", "t_name_like");
        assertThat(Files.readString(folder.resolve("db/migration/V2__drop_t_name_like.sql")))
                .contains(
                        """
                        -- Why:   judged, not proven: it serves LIKE 'x%' outside the C collation, which t_name does not; for = the latter is enough.
                        --        This difference, operator_class, was accepted because:
                        --        it's "never" used; -- \\ ${x}
                        --
                        --        /* select 1; O'Brien, 2026-11-28
                        -- Kept:  public.t_name
                        """,
                        """
                        pg_temp.assert_redundant(
                            'public.t_name_like',
                            covered_by => 'public.t_name',
                            accepting => 'operator_class',
                            because => E'it''s "never" used; -- \\\\ ${x}

                        /* select 1;\tO''Brien, 2026-11-28',
                            definition => 'CREATE INDEX t_name_like ON public.t USING btree (name text_pattern_ops)'
                        );

                        drop index concurrently if exists public.t_name_like;
                        """);
    }

    @Test
    void an_index_that_the_guard_refuses_at_that_moment_stays() throws IOException {
        patterns();
        judge("operator_class", "t_name_like");
        database.run("drop index t_name", "create index t_name on t (name desc)");
        CommandRun refused = CommandRun.in(folder, database, "migrate");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.error())
                .contains(
                        "public.t_name_like is not redundant but for what was accepted (operator_class), so it was not dropped\n",
                        "key 1, name, differs in the keeper: another sort order\n");
        assertThat(catalog()).hasSize(2);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            constraint        | i | create unique index k on t (a); alter table t add primary key using index k; alter table t add constraint i unique (a) | constraint cannot be accepted: it and k are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it; it backs a constraint, and would be dropped with it: ALTER TABLE public.t DROP CONSTRAINT i
            unique_copy       | i | alter table t add constraint i unique (a); create table child (a int references t (a)); alter table t add constraint k primary key (a) | foreign_key cannot be accepted: it and k are
            replica_identity  | i | alter table t add constraint k primary key (a); create unique index i on t (a); alter table t replica identity using index i | replica_identity cannot be accepted: it and k are
            unique_copy       | i | alter table t add constraint k primary key (a); create unique index i on t (a); cluster t using i | clustered cannot be accepted: it and k are
            operator_class    | i | create index k on t (name); create index i on t (name text_pattern_ops desc) | it differs by more than operator_class: k has the same keys in exactly reverse order
            reversed_order    | i | create index k on t (name); create index i on t (name text_pattern_ops) | it does not differ by reversed_order, but by operator_class: it serves LIKE
            operater_class    | i | create index k on t (name); create index i on t (name text_pattern_ops) | it does not differ by operater_class, but by operator_class: it serves LIKE
            partial           | i | create index k on t (a); create index i on t (a) | it is proven redundant: leave out --accept and --because
            partial           | i | create index i on t (a) | the audit did not find it; either it is needed, or there is no such index
            """)
    void refuses_a_difference_that_cannot_be_accepted(String code, String index, String setup, String reason)
            throws IOException {
        database.run("create table t (a int not null, name text)");
        database.run(setup.split("; "));
        if (reason.startsWith("it is proven")) {
            index = "k";
        }
        CommandRun refused = accept(code, index, "because");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.error())
                .contains("Nothing was written, because not every index can be dropped:\n  " + index + ": " + reason);
        assertThat(folder.resolve("db/undo")).doesNotExist();
    }

    @Test
    void refuses_to_drop_an_index_together_with_its_keeper() {
        database.run(
                "create table t (a int)",
                "create index b on t using brin (a) with (pages_per_range = 8)",
                "create index c on t using brin (a) with (pages_per_range = 16)",
                "create index z_06f35677 on t using brin (a)");
        CommandRun refused = CommandRun.in(
                folder,
                database,
                "audit",
                "--scaffold",
                folder.resolve("db").toString(),
                "--accept",
                "storage_options",
                "--because",
                "x",
                "--index",
                "b",
                "--index",
                "c");
        assertThat(refused.error())
                .contains("  c: b, which serves in its place, would be dropped too: name only one of the two\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            --accept partial --index t_a                                | --accept needs a reason, which the migration records: add --because TEXT
            --accept partial --index t_a --because                      | --accept needs a reason, which the migration records: add --because TEXT
            --accept partial --because x                                | --accept applies to an index: add --index NAME
            --because x --index t_a                                     | --because says why a difference is accepted: add --accept CODE
            """)
    void requires_a_difference_a_reason_and_an_index(String arguments, String message) {
        Stream<String> given = Stream.of(arguments.split(" "));
        if (arguments.endsWith("--because")) {
            given = Stream.concat(given, Stream.of(" \n"));
        }
        CommandRun refused = CommandRun.in(
                folder,
                database,
                Stream.concat(Stream.of("audit", "--scaffold", folder.toString()), given)
                        .toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.error()).contains(message);
        assertThat(CommandRun.in(folder, database, "audit", "--accept", "partial", "--because", "x")
                        .error())
                .contains("--accept says what to scaffold: add --scaffold DIR");
    }

    @Test
    void health_and_a_second_scaffold_respect_the_accepted_difference() throws IOException {
        patterns();
        judge("operator_class", "t_name_like");
        assertThat(accept("operator_class", "t_name_like", "again").error())
                .contains(
                        "  t_name_like: migration/V2__drop_t_name_like.sql drops it already, and is not applied yet\n");
        CommandRun.in(folder, database, "migrate").assertSucceeded();
        assertThat(health()).doesNotContain("t_name_like");

        database.run("create index t_name_like on t (name text_pattern_ops)");
        assertThat(health()).contains("V2__drop_t_name_like.sql dropped it, and it exists again");
        assertThat(accept("operator_class", "t_name_like", "again").error())
                .contains("V2__drop_t_name_like.sql dropped it, and it was created again since then");

        database.run("drop index t_name_like, t_name");
        assertThat(health())
                .contains(
                        "V2__drop_t_name_like.sql dropped public.t_name_like, for which it serves, and it is missing");

        database.run("create index t_name on t (name)");
        CommandRun.in(folder, database, "undo", "--target", "2").assertSucceeded();
        assertThat(health()).doesNotContain("t_name_like.sql");
        database.run("drop index t_name_like");
        assertThat(health()).contains("U2__drop_t_name_like.sql restored it, and it is missing");
    }

    @Test
    void an_outdated_guard_in_the_project_is_reported() throws IOException {
        patterns();
        Files.createDirectories(folder.resolve("db/callback"));
        Files.writeString(
                folder.resolve("db/callback/beforeEachMigrate.sql"),
                "create or replace function pg_temp.assert_redundant(index_name text) returns void language sql as 'select';");
        assertThat(accept("operator_class", "t_name_like", "x").error())
                .endsWith(
                        """
                        Nothing was written: the guard of this project is an older one, which cannot accept a difference.
                        Delete its callback beforeEachMigrate (as --with-guard writes it: beforeEachMigrate__redundancy_guard.sql), and let --with-guard write it again.
                        """);
        assertThat(folder.resolve("db/undo")).doesNotExist();
    }

    private String health() {
        return CommandRun.in(folder, database, "health").output();
    }

    @Test
    void the_guard_the_scaffold_and_the_readme_accept_the_same_differences() throws IOException {
        assertThat(Files.readString(Path.of("db/callback/beforeEachMigrate.sql")))
                .contains("array['" + String.join("', '", Judgement.ACCEPTABLE) + "']")
                .contains("These can be: " + String.join(", ", Judgement.ACCEPTABLE.subList(0, 6)) + ", '\n");
        assertThat(Files.readString(Path.of("dev/guides/CLEAN-UP.md")))
                .contains(": `" + String.join("`, `", Judgement.ACCEPTABLE) + "`.");
    }

    private void patterns() {
        database.run(
                "create table t (name text)",
                "create index t_name on t (name)",
                "create index t_name_like on t (name text_pattern_ops)");
    }

    private void judge(String code, String index) {
        CommandRun run = accept(code, index, BECAUSE);
        assertThat(run.exitCode()).as(run.error()).isZero();
    }

    private CommandRun accept(String code, String index, String because) {
        return CommandRun.in(
                folder,
                database,
                "audit",
                "--scaffold",
                folder.resolve("db").toString(),
                "--with-guard",
                "--index",
                index,
                "--accept",
                code,
                "--because",
                because);
    }

    private List<String> catalog() {
        return database.query(
                """
                select pg_get_indexdef(i.indexrelid), c.reltablespace, obj_description(c.oid), i.indisvalid
                from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and c.relname not like 'flyway%' order by 1
                """);
    }
}
