package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.accepted.IndexDefinition;
import dbopt.findings.Advice;
import dbopt.findings.IndexDetails;
import dbopt.findings.ReviewWitness;
import dbopt.findings.ServerState;
import dbopt.terminal.Bytes;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the audit decides without a database. */
class AuditPartsTest {
    private static final ServerState SERVER =
            new ServerState("17.11", false, 0, Optional.of(LocalDate.of(2026, 1, 31)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)",
                "PostgreSQL 11.2-YB-2.18.0.0-b0 on x86_64-pc-linux-gnu",
                "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.53",
                "PostgreSQL 9.4.26 (Greenplum Database 6.20.0)"
            })
    void refuses_a_server_that_is_only_compatible_with_PostgreSQL(String product) {
        assertThatThrownBy(() -> ServerState.requireSupported(product, 140_000))
                .hasMessage(
                        """
                        This is not PostgreSQL: %s
                        The proof is based on PostgreSQL's own catalog and planner, so here it would prove nothing. Nothing was examined."""
                                .formatted(product));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 19})
    void refuses_a_version_with_an_unknown_catalog(int major) {
        assertThatThrownBy(() -> ServerState.requireSupported("PostgreSQL " + major + ".1 on x86_64", major * 10_000))
                .hasMessage("This is PostgreSQL " + major
                        + "; the audit knows the catalogs of PostgreSQL 14 to 18. Nothing was examined.");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void accepts_supported_versions(int major) {
        ServerState.requireSupported("PostgreSQL " + major + ".1 (Debian " + major + ".1-1)", major * 10_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CREATE INDEX i ON public.t USING btree (a)                      | public.i             | index on public.t using btree (a)
                    create index concurrently i on public.t using btree (a);        | public.i             | index on public.t using btree (a)
                    CREATE UNIQUE INDEX i ON public.t USING btree (a)               | public.i             | unique index on public.t using btree (a)
                    CREATE INDEX i ON ONLY public.t USING btree (a)                 | public.i             | index on public.t using btree (a)
                    CREATE INDEX "a ON b" ON "S""x".t USING btree (a)               | "S""x"."a ON b"      | index on "S""x".t using btree (a)
                    CREATE INDEX "i.i" ON "a.b"."c. d" USING gin (a) WHERE (b > 0)  | "a.b"."i.i"          | index on "a.b"."c. d" using gin (a) where (b > 0)
                    create index i on Public.T using btree (a DESC)  where (b = 'A  B') ; | Public.i | index on public.t using btree (a desc) where (b = 'A  B')
                    """)
    void parses_an_index_definition(String statement, String qualifiedName, String withoutName) {
        IndexDefinition definition = IndexDefinition.of(statement);
        assertThat(definition.qualifiedName()).isEqualTo(qualifiedName);
        assertThat(definition.withoutName()).isEqualTo(withoutName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "i",
                "CREATE INDEX ON public.t USING btree (a)",
                "CREATE INDEX i ON t USING btree (a)",
                "CREATE TABLE t (a int)",
                "DROP INDEX public.i"
            })
    void recognises_a_text_that_is_not_an_index_definition(String statement) {
        assertThat(IndexDefinition.parse(statement)).isEmpty();
    }

    @Test
    void puts_the_tablespace_before_the_predicate() {
        IndexDefinition definition =
                IndexDefinition.of("CREATE INDEX i ON public.t USING btree (a) WHERE (b = ' WHERE '::text)");
        assertThat(definition.createConcurrently(Optional.of("(b = ' WHERE '::text)"), Optional.of("fast")))
                .isEqualTo(
                        "CREATE INDEX CONCURRENTLY i ON public.t USING btree (a) TABLESPACE fast WHERE (b = ' WHERE '::text)");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1023, 1023 bytes",
        "8192, 8 kB",
        "8626176, 8.2 MB",
        "1288490188, 1.2 GB",
        "5497558138880, 5.0 TB"
    })
    void prints_human_readable_sizes(long bytes, String text) {
        assertThat(Bytes.text(bytes)).isEqualTo(text);
    }

    @Test
    void warns_of_a_keeper_that_is_much_larger() {
        IndexDetails candidate = details("narrow", 7 << 20, 12_345, List.of());
        IndexDetails keeper = details("wide", 21 << 20, 0, List.of());
        assertThat(Advice.on(candidate, candidate.sizeBytes(), keeper, Set.of(), SERVER))
                .containsExactly(
                        "wide has 21.0 MB, 3.0 times as much: a lookup costs the same, a scan of the whole index reads more",
                        "12,345 scans of it, 0 of wide, counted since 2026-01-31");
    }

    @Test
    void names_the_foreign_key_that_only_the_keeper_serves_after_the_drop() {
        IndexDetails candidate = details("narrow", 8192, 0, List.of("served twice", "served once"));
        IndexDetails keeper = details("wide", 8192, 0, List.of("served twice", "served once"));
        assertThat(Advice.on(candidate, candidate.sizeBytes(), keeper, Set.of("served twice"), SERVER))
                .containsExactly(
                        "0 scans of it, 0 of wide, counted since 2026-01-31",
                        "the foreign key served once will then depend only on wide; keep it");
    }

    @Test
    void says_that_replicas_count_their_own_scans() {
        assertThat(new ServerState("17.11", true, 0, Optional.empty()).scansCounted())
                .isEqualTo("on this standby alone, since an unknown time");
        assertThat(new ServerState("17.11", false, 1, SERVER.countedSince()).scansCounted())
                .isEqualTo("since 2026-01-31; a replica counts its own");
        assertThat(new ServerState("17.11", false, 2, SERVER.countedSince()).scansCounted())
                .isEqualTo("since 2026-01-31; 2 replicas count their own");
    }

    private static IndexDetails details(String index, long size, long scans, List<String> foreignKeys) {
        return new IndexDetails(
                "public",
                "t",
                index,
                "public." + index,
                "public.t",
                Optional.empty(),
                "a",
                OptionalLong.of(size),
                scans,
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(Map.of()),
                List.of(),
                List.of(),
                foreignKeys);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            (slug varchar_pattern_ops)                             | slug
            (a, "My ""b" text_pattern_ops DESC, c)                 | My "b
            (a pg_catalog.bpchar_pattern_ops, b text_pattern_ops)  | a, b
            (concat(a, b) text_pattern_ops)                        | concat, a, b
            """)
    void parses_the_columns_with_pattern_operator_classes(String keys, String columns) {
        assertThat(String.join(", ", ReviewWitness.columns("CREATE INDEX i ON public.t USING btree " + keys)))
                .isEqualTo(columns);
    }
}
