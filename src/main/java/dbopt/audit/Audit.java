package dbopt.audit;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Runs the queries of {@code db/audit} in one read-only transaction, which sees the database at one moment. */
final class Audit {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final Connection connection;

    /** What the audit found, and what is known of the indexes of the tables where it found something. */
    record Result(AuditReport report, Map<String, IndexDetails> details) {
        Result {
            details = Map.copyOf(details);
        }

        Optional<IndexDetails> detailsOf(String schema, String index) {
            return Optional.ofNullable(details.get(key(schema, index)));
        }
    }

    private record Finding(
            String schema, String table, String index, String kind, String coveredBy, long size, String definition) {}

    private Audit(Connection connection) {
        this.connection = connection;
    }

    /** Audits the database that the connection leads to, and changes nothing, not even the connection. */
    static Result of(Connection connection) {
        try {
            requireSupported(connection);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction isolation level repeatable read, read only");
                statement.execute(
                        "select pg_catalog.set_config('search_path', '', true),"
                                + " pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('lock_timeout', '10s', true)");
                return new Audit(connection).result();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private static void requireSupported(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select version()")) {
            row.next();
            ServerState.requireSupported(
                    row.getString(1), connection.getMetaData().getDatabaseMajorVersion() * 10_000);
        }
    }

    private static UnusableDatabaseException refused(SQLException e) {
        return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
                ? new UnusableDatabaseException(
                        """
                        Which indexes are redundant is unknown: this role may not read the catalog (%s).
                        Connect as a role that may; the right to connect is enough where the catalog is open, as it is by default."""
                                .formatted(e.getMessage()),
                        e)
                : new UnusableDatabaseException(
                        "Which indexes are redundant is unknown: the database refused the question (%s)."
                                .formatted(e.getMessage()),
                        e);
    }

    private Result result() throws SQLException {
        ServerState server = server();
        List<Finding> findings = findings();
        List<IndexNeedingReview> needsReview = needsReview();
        Savepoint beforeDetails = connection.setSavepoint();
        try {
            Map<String, IndexDetails> details = details(findings);
            return new Result(
                    new AuditReport(server.version(), withAdvice(findings, details, server), needsReview), details);
        } catch (SQLException e) {
            if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(beforeDetails);
            return new Result(new AuditReport(server.version(), withoutAdvice(findings, e), needsReview), Map.of());
        }
    }

    private ServerState server() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query("server"))) {
            row.next();
            Timestamp since = row.getTimestamp("counted_since");
            return new ServerState(
                    row.getString("server_version").replaceFirst(" .*", ""),
                    row.getBoolean("is_standby"),
                    row.getInt("replicas"),
                    Optional.ofNullable(since).map(time -> LocalDate.ofInstant(time.toInstant(), ZoneOffset.UTC)));
        }
    }

    private List<Finding> findings() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query("redundant_indexes"))) {
            List<Finding> findings = new ArrayList<>();
            while (row.next()) {
                findings.add(new Finding(
                        row.getString("schema_name"),
                        row.getString("table_name"),
                        row.getString("index_name"),
                        row.getString("kind"),
                        row.getString("covered_by"),
                        row.getLong("size_bytes"),
                        row.getString("definition")));
            }
            return findings;
        }
    }

    private List<IndexNeedingReview> needsReview() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query("needs_review"))) {
            List<IndexNeedingReview> found = new ArrayList<>();
            while (row.next()) {
                found.add(new IndexNeedingReview(
                        row.getString("schema_name"),
                        row.getString("table_name"),
                        row.getString("index_name"),
                        Optional.ofNullable(row.getString("covered_by")),
                        row.getString("reason")));
            }
            return found;
        }
    }

    private Map<String, IndexDetails> details(List<Finding> findings) throws SQLException {
        Map<String, IndexDetails> details = new HashMap<>();
        // The tables by name, not by regclass, which needs the right to use the schema; and as an array, so that only
        // the
        // indexes of these tables are described.
        String restricted =
                """
                select schema_name, table_name, index_name, qualified_index, qualified_table, definition, predicate, keys, size_bytes,
                    scans, tablespace, comment, statistics_columns, statistics_targets, foreign_keys
                from ("""
                        + query("index_details").replaceFirst(";\\s*$", "")
                        + """
                ) details
                where table_oid = any (array(
                    select c.oid
                    from rows from (pg_catalog.unnest(?::pg_catalog.name[]), pg_catalog.unnest(?::pg_catalog.name[])) found (schema_name, table_name)
                    join pg_catalog.pg_namespace n on n.nspname = found.schema_name
                    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = found.table_name
                )) and (index_name = any (?::pg_catalog.name[]) or foreign_keys <> '{}')
                """;
        try (PreparedStatement statement = connection.prepareStatement(restricted)) {
            statement.setArray(1, names(findings.stream().map(Finding::schema)));
            statement.setArray(2, names(findings.stream().map(Finding::table)));
            statement.setArray(
                    3, names(findings.stream().flatMap(finding -> Stream.of(finding.index(), finding.coveredBy()))));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    IndexDetails index = details(row);
                    details.put(key(index.schema(), index.index()), index);
                }
            }
        }
        return details;
    }

    private static IndexDetails details(ResultSet row) throws SQLException {
        return new IndexDetails(
                row.getString("schema_name"),
                row.getString("table_name"),
                row.getString("index_name"),
                row.getString("qualified_index"),
                row.getString("qualified_table"),
                row.getString("definition"),
                Optional.ofNullable(row.getString("predicate")),
                row.getString("keys"),
                row.getLong("size_bytes"),
                row.getLong("scans"),
                Optional.ofNullable(row.getString("tablespace")),
                Optional.ofNullable(row.getString("comment")),
                targets(row.getArray("statistics_columns"), row.getArray("statistics_targets")),
                List.of((String[]) row.getArray("foreign_keys").getArray()));
    }

    private static SortedMap<Integer, Integer> targets(Array columns, Array targets) throws SQLException {
        Integer[] column = (Integer[]) columns.getArray();
        Integer[] target = (Integer[]) targets.getArray();
        SortedMap<Integer, Integer> result = new TreeMap<>();
        for (int position = 0; position < column.length; position++) {
            result.put(column[position], target[position]);
        }
        return result;
    }

    private static List<RedundantIndex> withAdvice(
            List<Finding> findings, Map<String, IndexDetails> details, ServerState server) {
        Set<String> going = findings.stream()
                .map(finding -> key(finding.schema(), finding.index()))
                .collect(toSet());
        Map<String, List<IndexDetails>> staying = details.entrySet().stream()
                .filter(entry -> !going.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .collect(toMap(IndexDetails::qualifiedTable, List::of, Audit::joined));
        return findings.stream()
                .map(finding -> {
                    IndexDetails candidate = details.get(key(finding.schema(), finding.index()));
                    IndexDetails keeper = details.get(key(finding.schema(), finding.coveredBy()));
                    return redundant(
                            finding,
                            IndexDefinition.of(finding.definition())
                                    .createConcurrently(candidate.predicate(), candidate.tablespace()),
                            Advice.on(candidate, keeper, staying.get(candidate.qualifiedTable()), server));
                })
                .toList();
    }

    private static List<IndexDetails> joined(List<IndexDetails> some, List<IndexDetails> more) {
        List<IndexDetails> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    private static List<RedundantIndex> withoutAdvice(List<Finding> findings, SQLException reason) {
        return findings.stream()
                .map(finding -> redundant(
                        finding,
                        IndexDefinition.of(finding.definition()).createConcurrently(Optional.empty(), Optional.empty()),
                        List.of("its scans, foreign keys, tablespace, statistics targets and comment are unknown: "
                                + reason.getMessage())))
                .toList();
    }

    private static RedundantIndex redundant(Finding finding, String undoSql, List<String> notes) {
        return new RedundantIndex(
                finding.schema(),
                finding.table(),
                finding.index(),
                RedundantIndex.Kind.valueOf(finding.kind().toUpperCase(Locale.ROOT)),
                finding.coveredBy(),
                finding.size(),
                finding.definition(),
                undoSql,
                notes);
    }

    static String query(String name) {
        String path = "/db/audit/" + name + ".sql";
        try (InputStream text = Audit.class.getResourceAsStream(path)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(String schema, String index) {
        return schema + "\0" + index;
    }

    private Array names(Stream<String> names) throws SQLException {
        return connection.createArrayOf("text", names.toArray(String[]::new));
    }
}
