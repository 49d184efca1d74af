package dbopt.findings;

import static java.util.stream.Collectors.toSet;

import dbopt.accepted.IndexDefinition;
import dbopt.bundled.BundledSql;
import dbopt.evidence.EvidenceFile;
import dbopt.server.CatalogSnapshot;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Audits a database with the queries of {@code db/audit}, in one read-only transaction that sees the database at one moment. */
public final class Audit {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    /**
     * SQL states for which the details are reported as unknown: a missing right, text that is not valid in this encoding, a
     * table that another session has locked exclusively.
     */
    private static final Set<String> DETAILS_UNKNOWN = Set.of(INSUFFICIENT_PRIVILEGE, "22021", "55P03");

    private final Connection connection;
    private final List<String> unreadable = new ArrayList<>();
    private final boolean forScaffold;
    private final boolean withReview;
    private final List<String> keep;
    private final Optional<EvidenceFile> evidence;
    private final boolean everySchema;

    /**
     * The audit's report, with the details of the indexes that it names.
     *
     * @param details the details by index; empty if they could not be read
     * @param unreadable indexes whose name or definition is not valid text, which the report leaves out
     */
    public record Result(AuditReport report, Map<IndexName, IndexDetails> details, List<String> unreadable) {
        public Result {
            details = Map.copyOf(details);
            unreadable = List.copyOf(unreadable);
        }

        public Optional<IndexDetails> detailsOf(String schema, String index) {
            return Optional.ofNullable(details.get(new IndexName(schema, index)));
        }
    }

    /**
     * A proven finding as the catalog query returns it.
     *
     * @param oid the OID of a partitioned index, by which its parts are read; empty for any other index
     */
    private record Finding(
            OptionalLong oid,
            String schema,
            String table,
            String index,
            String kind,
            String coveredBy,
            OptionalLong size,
            String definition,
            Optional<PartitionedParts> parts) {
        /** Returns a copy of this finding with the parts of the index. */
        Finding with(PartitionedParts found) {
            return new Finding(oid, schema, table, index, kind, coveredBy, size, definition, Optional.of(found));
        }

        IndexName name() {
            return new IndexName(schema, index);
        }

        IndexName keeper() {
            return new IndexName(schema, coveredBy);
        }
    }

    private Audit(
            Connection connection,
            boolean forScaffold,
            boolean withReview,
            List<String> keep,
            Optional<EvidenceFile> evidence,
            boolean everySchema) {
        this.everySchema = everySchema;
        this.connection = connection;
        this.withReview = withReview;
        this.keep = List.copyOf(keep);
        this.forScaffold = forScaffold;
        this.evidence = evidence;
    }

    /**
     * Audits the database of the connection; neither the database nor the connection is changed.
     *
     * @param forScaffold whether the details include the keys, dependencies and copies of each index, which only a scaffold
     *     needs
     * @param keep indexes to keep where the audit would drop them and keep an equal copy
     * @throws CommandFailure if the database cannot be judged, or if an index of {@code keep} cannot stay in place of its copy
     */
    public static Result of(Connection connection, boolean forScaffold, List<String> keep) {
        return of(connection, forScaffold, false, keep, Optional.empty(), false);
    }

    /**
     * Audits the database as {@link #of(Connection, boolean, List)} does, with more options.
     *
     * @param withReview whether the details include the indexes that need review, which only a drop by judgement needs
     * @param evidence the observations by which unused indexes are found; none are looked for if it is empty
     * @param everySchema whether each schema is judged by itself, even if several schemas are equal
     */
    public static Result of(
            Connection connection,
            boolean forScaffold,
            boolean withReview,
            List<String> keep,
            Optional<EvidenceFile> evidence,
            boolean everySchema) {
        try {
            requireSupported(connection);
            try {
                CatalogSnapshot.begin(connection);
                return new Audit(connection, forScaffold, withReview, keep, evidence, everySchema).result();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private static void requireSupported(Connection connection) throws SQLException {
        ServerState.requireSupported(
                Rows.only(connection, "select version()", row -> row.getString(1)),
                connection.getMetaData().getDatabaseMajorVersion() * 10_000);
    }

    private static CommandFailure refused(SQLException e) {
        if (InterruptHandler.interrupted()) {
            return new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "You interrupted the audit: which indexes are redundant is unknown. Nothing was changed.",
                    e);
        }
        String message = INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
                ? """
                        Which indexes are redundant is unknown: this role is not allowed to read the catalog (%s).
                        Connect as a role that is; by default the right to connect is enough."""
                : "Which indexes are redundant is unknown: the database refused the query (%s).";
        return new CommandFailure(CommandFailure.Kind.UNREACHABLE, message.formatted(e.getMessage()), e);
    }

    private Result result() throws SQLException {
        ServerState server = server();
        ShardedIndexes sharded = ShardedIndexes.of(connection);
        List<Finding> findings = keep.isEmpty() ? findings(UnaryOperator.identity()) : findingsWithout(keep);
        List<IndexNeedingReview> reviewed = needsReview();
        EqualSchemas schemas = schemas();
        Optional<EvidenceFindings> observed = observed(findings, reviewed, schemas);
        List<IndexNeedingReview> needsReview =
                observed.map(EvidenceFindings::reviewed).orElse(reviewed);
        Savepoint beforeDetails = connection.setSavepoint();
        try {
            if (ReadableText.setting(connection).isPresent()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("set local client_encoding = 'UTF8'"); // names are sent as parameters
                }
            }
            DetailsReader reader = new DetailsReader(connection);
            Set<IndexName> named = Stream.concat(
                            findings.stream().flatMap(finding -> Stream.of(finding.name(), finding.keeper())),
                            observed.stream().flatMap(EvidenceFindings::unusedNames))
                    .collect(toSet());
            if (withReview) {
                needsReview.forEach(finding -> finding.coveredBy()
                        .ifPresent(keeper -> named.addAll(List.of(
                                new IndexName(finding.schema(), finding.index()),
                                new IndexName(finding.schema(), keeper)))));
            }
            Map<IndexName, IndexDetails> details = reader.of(named, forScaffold, forScaffold || observed.isPresent());
            return new Result(
                    AuditReport.of(
                            server.version(),
                            server.scansCounted(),
                            withAdvice(findings, details, reader, server),
                            needsReview,
                            observed.map(found -> found.with(details)),
                            schemas,
                            sharded),
                    details,
                    unreadable);
        } catch (SQLException e) {
            if (!DETAILS_UNKNOWN.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            connection.rollback(beforeDetails);
            return new Result(
                    AuditReport.of(
                            server.version(), "", withoutAdvice(findings, e), needsReview, observed, schemas, sharded),
                    Map.of(),
                    unreadable);
        }
    }

    private EqualSchemas schemas() throws SQLException {
        if (everySchema) {
            return EqualSchemas.none();
        }
        Savepoint before = connection.setSavepoint();
        EqualSchemas schemas = EqualSchemas.readIfPossible(connection, BundledSql.ofClassPath());
        connection.rollback(before);
        return schemas;
    }

    /**
     * Judges indexes by the observations. A keeper will be scanned in place of the index that it makes redundant, so counters
     * never decide that a keeper may be dropped.
     */
    private Optional<EvidenceFindings> observed(
            List<Finding> findings, List<IndexNeedingReview> needsReview, EqualSchemas schemas) throws SQLException {
        if (evidence.isEmpty()) {
            return Optional.empty();
        }
        Set<IndexName> judged = Stream.concat(
                        findings.stream().flatMap(finding -> Stream.of(finding.name(), finding.keeper())),
                        needsReview.stream().map(finding -> new IndexName(finding.schema(), finding.index())))
                .collect(toSet());
        return Optional.of(new UnusedIndexes(connection, evidence.get(), judged, schemas).findings(needsReview));
    }

    private ServerState server() throws SQLException {
        return Rows.only(
                connection,
                query("server"),
                row -> new ServerState(
                        row.getString("server_version").replaceFirst(" .*", ""),
                        row.getBoolean("is_standby"),
                        row.getInt("replicas"),
                        Optional.ofNullable(row.getTimestamp("counted_since"))
                                .map(time -> LocalDate.ofInstant(time.toInstant(), ZoneOffset.UTC))));
    }

    /** Returns the findings with these indexes kept and their copies proposed for dropping. */
    private List<Finding> findingsWithout(List<String> kept) throws SQLException {
        List<Finding> found = findings(UnaryOperator.identity());
        List<String> problems = new ArrayList<>();
        Set<IndexName> names = new HashSet<>();
        for (String name : kept) {
            List<Finding> matches = found.stream()
                    .filter(finding -> new IndexName(finding.schema(), finding.index()).isCalled(name))
                    .toList();
            if (matches.size() == 1 && matches.get(0).kind().equals("duplicate")) {
                names.add(matches.get(0).name());
            } else if (matches.size() > 1) {
                problems.add(name + ": several indexes have that name: add the schema");
            } else {
                problems.add(name + ": it is not a copy that is proven redundant");
            }
        }
        List<Finding> swapped = problems.isEmpty() ? findings(preferring(names)) : List.of();
        swapped.stream()
                .filter(finding -> names.contains(finding.name()))
                .forEach(finding -> problems.add(
                        "%s: it cannot replace %s, which must stay because of a constraint, its uniqueness or another property"
                                .formatted(finding.index(), finding.coveredBy())));
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Not every index of --keep can stay in place of its copy:\n" + TerminalText.some(problems)
                            + "\nNothing was changed.");
        }
        return swapped;
    }

    /**
     * Returns a change of the query that puts these indexes first in its order: of copies that could replace each other, a
     * query keeps the first one.
     */
    private UnaryOperator<String> preferring(Set<IndexName> names) throws SQLException {
        String[] qualified = names.stream()
                .map(name -> quoted(name.schema()) + "." + quoted(name.index()))
                .toArray(String[]::new);
        try (PreparedStatement setting =
                connection.prepareStatement("select pg_catalog.set_config('dbopt.keep', (?::text[])::text, true)")) {
            setting.setArray(1, connection.createArrayOf("text", qualified));
            setting.execute();
        }
        return Audit::preferring;
    }

    private static String preferring(String query) {
        String preferred = query.replaceAll(
                "row\\((candidate|keeper)(?=\\.index_name)",
                "row(('\"' || pg_catalog.replace($1.nspname, '\"', '\"\"') || '\".\"' || pg_catalog.replace($1.index_name, '\"', '\"\"') || '\"')"
                        + " <> all (pg_catalog.current_setting('dbopt.keep')::text[]), $1");
        if (preferred.equals(query)) {
            throw new IllegalStateException("the query has no order of copies");
        }
        return preferred;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Returns the findings on plain indexes and on partitioned indexes, which are dropped in different ways. */
    private List<Finding> findings(UnaryOperator<String> order) throws SQLException {
        return Stream.concat(
                        findings(order.apply(query("redundant_indexes")), false).stream(),
                        findings(order.apply(query("partitioned_indexes")), true).stream())
                .toList();
    }

    private List<Finding> findings(String query, boolean isPartitioned) throws SQLException {
        List<Finding> found = readable(
                query,
                row -> new Finding(
                        isPartitioned ? OptionalLong.of(row.getLong("index_oid")) : OptionalLong.empty(),
                        text(row, "schema_name"),
                        text(row, "table_name"),
                        text(row, "index_name"),
                        row.getString("kind"),
                        text(row, "covered_by"),
                        DetailsReader.size(row),
                        text(row, "definition"),
                        Optional.empty()));
        if (!isPartitioned) {
            return found;
        }
        Map<Long, PartitionedParts> parts = PartsReader.of(
                connection,
                found.stream().map(finding -> finding.oid().orElseThrow()).toList());
        return found.stream()
                .map(finding -> finding.with(parts.get(finding.oid().orElseThrow())))
                .toList();
    }

    private List<IndexNeedingReview> needsReview() throws SQLException {
        return readable(
                query("needs_review"),
                row -> new IndexNeedingReview(
                        text(row, "schema_name"),
                        text(row, "table_name"),
                        text(row, "index_name"),
                        ReadableText.of(row, "covered_by").map(ReadableText::text),
                        row.getString("code"),
                        text(row, "reason"),
                        DetailsReader.size(row),
                        text(row, "definition"),
                        ReadableText.of(row, "undo_sql").map(ReadableText::text),
                        row.getArray("codes") == null
                                ? List.of()
                                : List.of((String[]) row.getArray("codes").getArray()),
                        List.of()));
    }

    private <T> List<T> readable(String query, Rows.Reader<T> reader) throws SQLException {
        return Rows.all(connection, query, row -> isReadable(row) ? Optional.of(reader.read(row)) : Optional.<T>empty())
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether the names and the definition are valid text; if not, the index is recorded as unreadable and not judged. */
    private boolean isReadable(ResultSet row) throws SQLException {
        for (String column : List.of("schema_name", "table_name", "index_name", "covered_by", "definition")) {
            if (ReadableText.of(row, column).filter(text -> !text.valid()).isPresent()) {
                unreadable.add(text(row, "schema_name") + "." + text(row, "index_name"));
                return false;
            }
        }
        return true;
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return ReadableText.required(row, column).text();
    }

    private static List<RedundantIndex> withAdvice(
            List<Finding> findings, Map<IndexName, IndexDetails> details, DetailsReader reader, ServerState server)
            throws SQLException {
        Set<IndexName> going = findings.stream().map(Finding::name).collect(toSet());
        Map<String, List<DetailsReader.Support>> support = reader.supportOnTablesOf(going.stream()
                .filter(index -> !details.get(index).foreignKeys().isEmpty())
                .toList());
        return findings.stream()
                .map(finding -> {
                    IndexDetails candidate = details.get(finding.name());
                    Set<String> servedElsewhere = support.getOrDefault(candidate.qualifiedTable(), List.of()).stream()
                            .filter(other -> !going.contains(other.index())
                                    && !other.index().equals(finding.keeper()))
                            .flatMap(other -> other.foreignKeys().stream())
                            .collect(toSet());
                    return redundant(
                            finding,
                            IndexDefinition.of(finding.definition())
                                    .createConcurrently(candidate.predicate(), candidate.tablespace()),
                            Optional.of(new RedundantIndex.Scans(
                                    candidate.scans(),
                                    details.get(finding.keeper()).scans())),
                            Advice.on(
                                    candidate, finding.size(), details.get(finding.keeper()), servedElsewhere, server));
                })
                .toList();
    }

    private static List<RedundantIndex> withoutAdvice(List<Finding> findings, SQLException reason) {
        return findings.stream()
                .map(finding -> redundant(
                        finding,
                        IndexDefinition.of(finding.definition()).createConcurrently(Optional.empty(), Optional.empty()),
                        Optional.empty(),
                        List.of("its scans, foreign keys, tablespace, statistics targets and comment are unknown: "
                                + reason.getMessage())))
                .toList();
    }

    private static RedundantIndex redundant(
            Finding finding, String createSql, Optional<RedundantIndex.Scans> scans, List<String> notes) {
        return new RedundantIndex(
                finding.schema(),
                finding.table(),
                finding.index(),
                RedundantIndex.Kind.valueOf(finding.kind().toUpperCase(Locale.ROOT)),
                finding.coveredBy(),
                finding.size(),
                finding.definition(),
                finding.parts().map(PartitionedParts::undoSql).orElse(createSql),
                finding.parts(),
                scans,
                notes);
    }

    /** Returns the query in a file of {@code db/audit}, named without its extension. */
    public static String query(String name) {
        return BundledSql.ofClassPath().read("db/audit/" + name + ".sql");
    }
}
