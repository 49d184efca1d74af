package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.Guide;
import dbopt.TestDatabase;
import dbopt.accepted.AcceptedFindings;
import dbopt.findings.Audit;
import dbopt.findings.AuditReport;
import dbopt.findings.RedundantIndex;
import dbopt.findings.ShardedIndexes;
import dbopt.tenants.EqualSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code dbopt audit} as a person or a pipeline runs it. */
@Tag("anyversion")
class AuditCommandTest {
    private static final String DUPLICATE = "CREATE INDEX by_a ON public.t USING btree (a)\n";

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
    void finds_nothing_in_an_empty_database() {
        Outcome outcome = audit();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output()).isEqualTo("PostgreSQL " + version() + ": no redundant index\n");
        assertThat(audit("--format", "json").output())
                .isEqualTo(
                        """
                        {
                          "server" : "%s",
                          "redundantIndexes" : [ ],
                          "needsReview" : [ ]
                        }
                        """
                                .formatted(version()));
    }

    @Test
    void says_which_indexes_are_redundant_and_why_as_in_the_guide() {
        someFindings();
        assertThat(audit().output())
                .isEqualTo(
                        """
                        PostgreSQL %s: 2 redundant indexes, 16 kB; 1 needs review

                        Proven redundant; all of them can be dropped:
                        duplicate       8 kB  public.t: t_a
                                              the same keys as by_a
                                              - the foreign key t_a_fkey will then depend only on by_a; keep it
                        prefix          8 kB  public.t: t_b
                                              its keys are the leading keys of t_b_c
                        Scans are counted since an unknown time; an index without a number had no scan.

                        Needs review:
                        review          8 kB  public.t: t_c
                                              reversed_order: t_c_d has the same keys in exactly reverse order: a backward scan of it finds the same

                        Explained, each with an example: dev/guides/checks/duplicate.md, dev/guides/checks/prefix.md, dev/guides/checks/reversed_order.md
                        """
                                .formatted(version()));
        assertThat(Guide.blocks(Path.of("dev/guides/CLEAN-UP.md")))
                .filteredOn(block -> block.section().equals("Audit"))
                .extracting(Guide.Block::output)
                .containsExactly(audit().output().replace(version(), "17.11"));
    }

    @Test
    void does_not_wait_for_an_exclusively_locked_index_and_reports_the_rest() throws SQLException {
        someFindings();
        try (Connection holder = database.connect();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("reindex index t_a");
            Outcome outcome = audit();
            assertThat(outcome.exitCode()).as(outcome.log()).isZero();
            assertThat(outcome.output())
                    .contains("duplicate    unknown  public.t: t_a", "prefix          8 kB  public.t: t_b");
            assertThat(audit("--format", "json").output()).contains("\"sizeBytes\" : null", "\"sizeBytes\" : 8192");
            holder.rollback();
        }
    }

    @Test
    void a_name_that_is_not_valid_text_is_reported_and_the_rest_is_judged() throws SQLException {
        database.runAsSuperuser("drop database if exists any_bytes_audited");
        database.runAsSuperuser(
                "create database any_bytes_audited template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'");
        String url = database.url().replace(database.name(), "any_bytes_audited");
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create table t (a int, b int)");
            statement.execute("create index t_a on t (a)");
            statement.execute("create index t_a_b on t (a, b)");
            statement.execute("create index \"l\u00e9gible\" on t (a, b)");
            statement.execute("create index t_b on t (b)");
            statement.execute("do $$ begin execute format('create index %I on t (b)',"
                    + " convert_from('\\x7aff41', 'SQL_ASCII')); end $$");
            CommandRun run = CommandRun.with(
                    Map.of("FLYWAY_URL", url, "FLYWAY_USER", "postgres", "FLYWAY_PASSWORD", "postgres"), "audit");
            assertThat(run.exitCode()).as(run.error()).isZero();
            assertThat(run.output())
                    .contains(": t_a\n", ": t_a_b\n                      the same keys as l\u00e9gible\n");
            assertThat(run.error())
                    .contains(
                            "Not judged, because a name or the definition is not valid text in this client's encoding:\n  public.z");
        } finally {
            database.runAsSuperuser("drop database any_bytes_audited with (force)");
        }
    }

    @Test
    void reports_the_same_as_JSON() {
        someFindings();
        assertThat(audit("--format", "json").output())
                .isEqualTo(
                        """
                        {
                          "server" : "%s",
                          "redundantIndexes" : [ {
                            "schema" : "public",
                            "table" : "t",
                            "index" : "t_a",
                            "kind" : "duplicate",
                            "page" : "dev/guides/checks/duplicate.md",
                            "coveredBy" : "by_a",
                            "sizeBytes" : 8192,
                            "definition" : "CREATE INDEX t_a ON public.t USING btree (a)",
                            "dropSql" : "DROP INDEX CONCURRENTLY public.t_a",
                            "undoSql" : "CREATE INDEX CONCURRENTLY t_a ON public.t USING btree (a)",
                            "notes" : [ "0 scans of it, 0 of by_a, counted since an unknown time", "the foreign key t_a_fkey will then depend only on by_a; keep it" ]
                          }, {
                            "schema" : "public",
                            "table" : "t",
                            "index" : "t_b",
                            "kind" : "prefix",
                            "page" : "dev/guides/checks/prefix.md",
                            "coveredBy" : "t_b_c",
                            "sizeBytes" : 8192,
                            "definition" : "CREATE INDEX t_b ON public.t USING btree (b)",
                            "dropSql" : "DROP INDEX CONCURRENTLY public.t_b",
                            "undoSql" : "CREATE INDEX CONCURRENTLY t_b ON public.t USING btree (b)",
                            "notes" : [ "0 scans of it, 0 of t_b_c, counted since an unknown time" ]
                          } ],
                          "needsReview" : [ {
                            "schema" : "public",
                            "table" : "t",
                            "index" : "t_c",
                            "coveredBy" : "t_c_d",
                            "code" : "reversed_order",
                            "page" : "dev/guides/checks/reversed_order.md",
                            "reason" : "t_c_d has the same keys in exactly reverse order: a backward scan of it finds the same",
                            "sizeBytes" : 8192,
                            "definition" : "CREATE INDEX t_c ON public.t USING btree (c DESC)",
                            "undoSql" : "CREATE INDEX CONCURRENTLY t_c ON public.t USING btree (c DESC)"
                          } ]
                        }
                        """
                                .formatted(version()));
    }

    @Test
    void uses_colours_only_on_a_terminal() {
        someFindings();
        assertThat(audit().output()).doesNotContain("\033");
        AuditReport report = report();
        assertThat(AuditTextReport.of(report, AcceptedFindings.none(), true, Integer.MAX_VALUE))
                .contains("\033[32mduplicate\033[0m", "\033[1mt_a\033[0m");
    }

    @Test
    void wraps_lines_on_a_terminal_and_prints_the_numbers_of_scans() {
        RedundantIndex scanned = new RedundantIndex(
                "public",
                "t",
                "one",
                RedundantIndex.Kind.PREFIX,
                "two",
                OptionalLong.of(8192),
                "CREATE INDEX one ON public.t USING btree (a)",
                "",
                Optional.empty(),
                Optional.of(new RedundantIndex.Scans(3, 0)),
                List.of(
                        "3 scans of it, 0 of two, counted since 2026-01-31",
                        "the foreign key to_the_parent will then depend only on two; keep it"));
        AuditReport report = new AuditReport(
                "17.11",
                "since 2026-01-31",
                List.of(scanned),
                List.of(),
                Optional.empty(),
                EqualSchemas.none(),
                ShardedIndexes.NONE);
        assertThat(AuditTextReport.of(report, AcceptedFindings.none(), false, 70))
                .isEqualTo(
                        """
                        PostgreSQL 17.11: 1 redundant index, 8 kB

                        Proven redundant; all of them can be dropped:
                        prefix          8 kB  public.t: one
                                              its keys are the leading keys of two
                                              - 3 scans of it, 0 of two
                                              - the foreign key to_the_parent will then depend
                                                only on two; keep it
                        Scans are counted since 2026-01-31; an index without a number had no scan.

                        Explained, each with an example: dev/guides/checks/prefix.md
                        """);
    }

    @Test
    void says_once_that_many_foreign_keys_will_depend_on_the_keeper() {
        List<RedundantIndex> findings = Stream.of("a", "b", "c", "d")
                .map(name -> new RedundantIndex(
                        "public",
                        "t",
                        name,
                        RedundantIndex.Kind.DUPLICATE,
                        name + "_key",
                        OptionalLong.of(8192),
                        "CREATE INDEX %s ON public.t USING btree (%1$s)".formatted(name),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        List.of("the foreign key to_the_parent will then depend only on %s_key; keep it"
                                .formatted(name))))
                .toList();
        assertThat(textOf(findings))
                .doesNotContain("to_the_parent")
                .contains(
                        """
                        duplicate       8 kB  public.t: d
                                              the same keys as d_key
                        For 4 of them, a foreign key will then depend only on the index that stays: keep it. --format json names each.
                        """);
        assertThat(textOf(findings.subList(0, 3)))
                .contains("- the foreign key to_the_parent will then depend only on c_key; keep it")
                .doesNotContain("of them, a foreign key");
    }

    private static String textOf(List<RedundantIndex> findings) {
        return AuditTextReport.of(
                new AuditReport(
                        "17.11", "", findings, List.of(), Optional.empty(), EqualSchemas.none(), ShardedIndexes.NONE),
                AcceptedFindings.none(),
                false,
                Integer.MAX_VALUE);
    }

    @Test
    void shows_control_characters_instead_of_sending_them() {
        database.run(
                "create table t (a int)", "create index \"\033[31mred\n\" on t (a)", "create index a_idx on t (a)");
        assertThat(audit().output())
                .contains("duplicate       8 kB  public.t: a_idx")
                .doesNotContain("\033");
    }

    @Test
    void names_attributes_that_the_create_index_statement_does_not_restore() {
        database.run(
                "create table t (a int, b int)",
                "create index wide on t (abs(a), b)",
                "create index narrow on t (abs(a))",
                "alter index narrow alter column 1 set statistics 700",
                "comment on index narrow is 'for the monthly report'");
        assertThat(audit().output())
                .contains(
                        "- its statistics target 700 for column 1 is lost with it; wide has the default\n",
                        "- its comment says: for the monthly report\n");
    }

    @Test
    void passes_or_fails_as_configured() throws IOException {
        assertThat(audit("--fail-on", "any").exitCode()).isZero();
        database.run("create table t (a int)", "create index a_idx on t (a)", "create index t_a on t (a)");
        Path accepted = Files.writeString(folder.resolve("accepted"), "# known\n\n" + DUPLICATE + "-- the end\n");
        assertThat(audit().exitCode()).isZero();
        assertThat(audit("--fail-on", "new").exitCode()).isEqualTo(1);
        assertThat(audit("--fail-on", "any").exitCode()).isEqualTo(1);
        assertThat(audit("--fail-on", "new", "--accepted", accepted.toString()).exitCode())
                .isZero();
        assertThat(audit("--fail-on", "any", "--accepted", accepted.toString()).exitCode())
                .isEqualTo(1);
        assertThat(audit("--accepted", accepted.toString()).output())
                .startsWith("PostgreSQL " + version() + ": 1 redundant index, 8 kB (1 accepted)\n")
                .contains("public.t: t_a (accepted)\n");
        database.run("create table u (a int)", "create index u_a on u (a)", "create index u_b on u (a)");
        Outcome failed = audit("--fail-on", "new", "--accepted", accepted.toString());
        assertThat(failed.exitCode()).isEqualTo(1);
        // the new one first
        assertThat(failed.output()).containsSubsequence("public.u: u_b", "public.t: t_a (accepted)");
    }

    @Test
    void accepts_the_definitions_that_it_prints_whatever_they_contain() throws IOException {
        database.run(
                "create table public.t (a int, b text)",
                "create index t_case on t ((case when a > 0 then 1 else 0 end)) where case when b = '# no\n-- comment'',' then true else a > 1 end",
                "create index t_case_2 on t ((case when a > 0 then 1 else 0 end)) where case when b = '# no\n-- comment'',' then true else a > 1 end",
                "create index t_b on t (b) where b > ')('",
                "create index t_b_2 on t (b) where b > ')('",
                "create index \"case ( when \" on t (a, b)",
                "create index \"End's\" on t (a)");
        StringBuilder definitions = new StringBuilder("\ufeff# known\r\n");
        JsonMapper.builder()
                .build()
                .readTree(audit("--format", "json").output())
                .path("redundantIndexes")
                .forEach(found ->
                        definitions.append(found.path("definition").asString()).append('\n'));
        Path accepted = Files.writeString(folder.resolve("accepted"), definitions);
        Path written = folder.resolve("written");
        assertThat(audit("--write-accepted", written.toString()).log())
                .isEqualTo("Accepted: 3 added to %1$s, which now has 3\n".formatted(written));
        assertThat(Files.readString(written))
                .startsWith("# ")
                .endsWith(definitions.substring(10).replace("\r", ""));
        assertThat(audit("--fail-on", "new", "--accepted", written.toString()).exitCode())
                .isZero();
        assertThat(audit("--write-accepted", written.toString()).log())
                .isEqualTo("Accepted: 0 added to %s, which now has 3\n".formatted(written));
        assertThat(definitions.toString()).contains("CASE\n", "WHERE \nCASE\n", "# no\n-- comment");
        assertThat(audit("--fail-on", "new", "--accepted", accepted.toString()))
                .extracting(Outcome::exitCode, Outcome::log)
                .containsExactly(0, "");
        Files.writeString(accepted, definitions.toString().replace("WHERE (b >", "where  (b >"));
        assertThat(audit("--fail-on", "new", "--accepted", accepted.toString()).exitCode())
                .isZero();
        Files.writeString(accepted, definitions + "CREATE INDEX i ON public.t USING btree ((a)\nnonsense\n");
        assertThat(audit("--accepted", accepted.toString()).log())
                .startsWith("These lines of " + accepted + " are not index definitions:\n  line ")
                .contains(": CREATE INDEX i ON public.t USING btree ((a)\nnonsense\n");
    }

    @Test
    void reports_accepted_findings_that_no_longer_exist() throws IOException {
        Path accepted = Files.writeString(folder.resolve("accepted"), DUPLICATE);
        assertThat(audit("--accepted", accepted.toString()).log())
                .isEqualTo("Accepted, but no longer found: by_a on public.t\n");
    }

    @Test
    void refuses_an_invalid_file_of_accepted_findings() throws IOException {
        Path accepted = Files.writeString(
                folder.resolve("accepted"), "commit_pr_idx\n" + DUPLICATE + "CREATE INDEX i ON t USING btree (a)\n");
        Outcome outcome = audit("--accepted", accepted.toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.log())
                .isEqualTo(
                        """
                        These lines of %s are not index definitions:
                          line 1: commit_pr_idx
                          line 3: CREATE INDEX i ON t USING btree (a)
                        The database was not contacted. Write one per line, as the audit prints it: CREATE INDEX name ON schema.table USING btree (column)
                        """
                                .formatted(accepted));
        Outcome missing = audit("--accepted", folder.resolve("nobody").toString());
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.log())
                .isEqualTo(
                        """
                        The accepted findings cannot be read from %s: there is no such file or folder.
                        The database was not contacted. The file has one index definition per line, as the audit prints it.
                        """
                                .formatted(folder.resolve("nobody")));
    }

    @Test
    void asks_where_to_scaffold() {
        Outcome outcome = audit("--index", "t_a");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.log())
                .isEqualTo("--index, --with-guard and --plain say what to scaffold: add --scaffold DIR\n");
    }

    @Test
    void says_that_the_database_could_not_be_reached() {
        CommandRun run = CommandRun.with(
                Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", TestDatabase.OWNER, "FLYWAY_PASSWORD", "wrong"),
                "audit");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output()).isEmpty();
        assertThat(outcome(run).log())
                .isEqualTo(
                        """
                        Cannot connect to %s as %s: password authentication failed for user "%2$s"
                        Nothing was changed. Check the address, the user and the password (from FLYWAY_URL, which overrides DATABASE_URL).
                        """
                                .formatted(database.url().replace("jdbc:postgresql://", ""), TestDatabase.OWNER));
    }

    @Test
    void needs_no_right_except_to_connect() {
        someFindings();
        database.runAsSuperuser(
                "create role visitor login password 'visitor'",
                "grant connect on database " + database.name() + " to visitor");
        try {
            Outcome outcome = outcome(CommandRun.with(
                    Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", "visitor", "FLYWAY_PASSWORD", "visitor"),
                    "audit"));
            assertThat(outcome.output()).isEqualTo(audit().output()).contains("2 redundant indexes");
        } finally {
            database.runAsSuperuser("drop owned by visitor", "drop role visitor");
        }
    }

    @Test
    void reports_unknown_if_the_catalog_cannot_be_read() {
        someFindings();
        database.runAsSuperuser("revoke select on pg_catalog.pg_index from public");
        Outcome outcome = audit();
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.log())
                .isEqualTo(
                        """
                        Which indexes are redundant is unknown: this role is not allowed to read the catalog (ERROR: permission denied for table pg_index).
                        Connect as a role that is; by default the right to connect is enough.
                        """);
    }

    @Test
    void reports_unreadable_details_that_the_proof_does_not_need_as_unknown() {
        someFindings();
        database.runAsSuperuser("revoke execute on function pg_catalog.pg_stat_get_numscans(oid) from public");
        Outcome outcome = audit();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output())
                .contains(
                        "2 redundant indexes",
                        "\nApplies to each: its scans, foreign keys, tablespace, statistics targets and comment are unknown: ERROR: permission denied for function pg_stat_get_numscans\n");
        Outcome scaffolded = audit("--scaffold", folder.toString());
        assertThat(scaffolded.exitCode()).isEqualTo(3);
        assertThat(scaffolded.log())
                .isEqualTo(
                        "Nothing was written: without the tablespace, statistics targets and comment of t_a, its undo script could not be exact; the notes of the audit say why they are unknown.\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void does_not_change_the_database() {
        someFindings();
        List<String> before =
                database.query("select pg_current_wal_insert_lsn(), txid_snapshot_xmax(txid_current_snapshot())");
        audit();
        assertThat(database.query("select pg_current_wal_insert_lsn(), txid_snapshot_xmax(txid_current_snapshot())"))
                .isEqualTo(before);
    }

    private void someFindings() {
        database.run(
                "create table parent (id int primary key)",
                "create table t (a int references parent, b int, c int, d int)",
                "create index by_a on t (a)",
                "create index t_a on t (a)",
                "create index t_b on t (b)",
                "create index t_b_c on t (b, c)",
                "create index t_c on t (c desc)",
                "create index t_c_d on t (c, d)");
    }

    private AuditReport report() {
        try (Connection connection = database.connect()) {
            return Audit.of(connection, false, List.of()).report();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String version() {
        return database.query("show server_version").get(0);
    }

    private Outcome audit(String... arguments) {
        return outcome(CommandRun.on(database, with("audit", arguments)));
    }

    /** The messages besides the result, without the line that names the database. */
    private Outcome outcome(CommandRun run) {
        String connected = "Database " + database.url().replace("jdbc:postgresql://", "") + " as ";
        return new Outcome(
                run.exitCode(),
                sinceSomeDay(run.output()),
                run.error().startsWith(connected)
                        ? run.error().substring(run.error().indexOf('\n') + 1)
                        : run.error());
    }

    private static String[] with(String first, String... others) {
        return Stream.concat(Stream.of(first), Stream.of(others)).toArray(String[]::new);
    }

    /** PostgreSQL 14 says since when it counts in a new database, later versions do not. */
    private static String sinceSomeDay(String text) {
        return text.replaceAll("counted since [0-9-]{10}", "counted since an unknown time");
    }
}
