package dbopt.health;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.effects.Bounds;
import dbopt.effects.Effects;
import dbopt.evidence.IndexSizes;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.InterruptHandler;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads the health of one database. Each query runs in a read-only transaction of its own, so that none holds VACUUM back
 * and no setting stays on the session. A query that fails makes its check "unknown", and the other queries still run.
 */
final class ReportReader {
    private static final List<String> FOR_EACH_QUERY = List.of(
            // print names qualified, and call no user's function by mistake
            "set local search_path = ''",
            "set local statement_timeout = '60s'",
            "set local lock_timeout = '2s'",
            // to compile a query of a large catalog takes longer than to run it
            "set local jit = off",
            // a role or a database may turn this off, but the queries need it
            "set local standard_conforming_strings = on",
            // these change how the server prints a definition
            "set local quote_all_identifiers = off",
            "set local timezone = 'UTC'",
            "set local datestyle = 'ISO'",
            "set local intervalstyle = 'postgres'",
            "set local bytea_output = 'hex'",
            "set local extra_float_digits = 1");

    private static final String NO_TRANSACTION_TIMEOUT = "set local transaction_timeout = 0";

    static final Check TABLES_AND_INDEXES = new Check(
            "tables_and_indexes",
            "Tables and indexes",
            "unknown when their sizes and counters cannot be read",
            "The report's tables and charts are incomplete.",
            "Fix what the reason names, and run the report again.",
            Optional.empty(),
            "");

    /** The name of the schema history in the queries, which is also Flyway's default. */
    private static final String HISTORY = "public.flyway_schema_history";

    /** Finds each schema history of Flyway by its columns, since its name and schema are the user's choice. */
    private static final String HISTORIES =
            """
            select pg_catalog.format('%I.%I', n.nspname, c.relname)
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and (
                select pg_catalog.count(*) from pg_catalog.pg_attribute a
                where a.attrelid = c.oid and not a.attisdropped and a.attname in (
                    'installed_rank', 'version', 'description', 'type', 'script', 'checksum', 'installed_by', 'installed_on',
                    'execution_time', 'success')) = 10
            order by 1""";

    private final Connection connection;
    private final Queries queries;
    private final AcceptedFindings accepted;
    private final Optional<Path> evidence;
    private final boolean everySchema;
    private final Consumer<String> warning;
    private final Consumer<String> progress;

    /** Creates a reader that has no observations. */
    ReportReader(Connection connection, Queries queries, AcceptedFindings accepted, Consumer<String> progress) {
        this(connection, queries, accepted, Optional.empty(), false, line -> {}, progress);
    }

    /**
     * Creates a reader that also has observations.
     *
     * @param evidence the file of observations, with which the sizes of the indexes are compared
     * @param everySchema whether each schema is reported separately, even if several are equal
     * @param warning receives a message for each line of the observations that cannot be read
     * @param accepted the redundant indexes that are not findings
     * @param progress receives the title of each check before its query runs
     */
    ReportReader(
            Connection connection,
            Queries queries,
            AcceptedFindings accepted,
            Optional<Path> evidence,
            boolean everySchema,
            Consumer<String> warning,
            Consumer<String> progress) {
        this.everySchema = everySchema;
        this.evidence = requireNonNull(evidence, "evidence is null");
        this.warning = requireNonNull(warning, "warning is null");
        this.connection = requireNonNull(connection, "connection is null");
        this.queries = requireNonNull(queries, "queries is null");
        this.accepted = requireNonNull(accepted, "accepted is null");
        this.progress = requireNonNull(progress, "progress is null");
    }

    HealthReport read(String database, Instant at) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        List<CheckResult> results = new ArrayList<>();
        for (Check check : queries.checks()) {
            if (InterruptHandler.interrupted()) {
                throw new SQLException("interrupted before " + check.title());
            }
            progress.accept(check.title());
            results.add(run(check));
        }
        List<Measure> observed = new ArrayList<>();
        if (evidence.isPresent()) {
            Path file = evidence.get();
            IndexSizes sizes = sizes(file);
            results.add(GrownIndexes.of(reported("index_sizes", row -> size(row, sizes), results)));
            // the sizes have already warned of lines that cannot be read
            results.add(DropVerdicts.of(() -> Effects.read(file, Bounds.DEFAULT, line -> {})));
            observed.add(new Measure(
                    "last_observation_timestamp_seconds",
                    "gauge",
                    "When dbopt observe last read the counters, in Unix time.",
                    sizes.last().map(last -> BigDecimal.valueOf(last.getEpochSecond()))));
        }
        EqualSchemas schemas = schemas();
        results.replaceAll(result -> UnusedInAll.of(result, schemas));
        progress.accept(TABLES_AND_INDEXES.title());
        return new HealthReport(
                at,
                connection.getMetaData().getDatabaseProductVersion().split(" ", 2)[0],
                database,
                inRecovery(),
                results,
                reported("tables", ReportReader::table, results),
                reported("indexes", ReportReader::index, results),
                reported("targets", ReportReader::target, results),
                Stream.concat(reported("measures", ReportReader::measure, results).stream(), observed.stream())
                        .toList(),
                schemas,
                deploys());
    }

    /**
     * Returns the deploys; empty if several tables may be the schema history, or it cannot be read. Charts are then drawn
     * without deploys.
     */
    private Optional<List<Deploy>> deploys() throws SQLException {
        try {
            List<Deploy> deploys = new ArrayList<>();
            for (String sql : statements(queries.report("deploys"), Optional.of(HISTORY))) {
                deploys.addAll(rows(
                        sql,
                        row -> new Deploy(
                                row.getLong("rank"),
                                ReadableText.required(row, "script").text(),
                                row.getString("type").equals("DELETE"))));
            }
            return Optional.of(deploys);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        } catch (SQLException e) {
            requireConnection(e);
            return Optional.empty();
        }
    }

    private IndexSizes sizes(Path file) throws SQLException {
        return rows(
                        queries.cluster(),
                        row -> IndexSizes.read(
                                file,
                                row.getString("cluster"),
                                ReadableText.required(row, "database").text(),
                                warning))
                .get(0);
    }

    private static GrownIndexes.Size size(ResultSet row, IndexSizes sizes) throws SQLException {
        return new GrownIndexes.Size(
                ReadableText.required(row, "object").text(),
                row.getBoolean("exclusion"),
                row.getLong("bytes"),
                row.getLong("row_count"),
                sizes.best(
                        row.getLong("oid"),
                        ReadableText.required(row, "schema_name").text(),
                        ReadableText.required(row, "bare_name").text(),
                        GrownIndexes.FACTOR));
    }

    private boolean inRecovery() throws SQLException {
        return rows("select pg_catalog.pg_is_in_recovery()", row -> row.getBoolean(1))
                .contains(true);
    }

    /**
     * Returns the rows of a query behind the report's tables. If the query fails, the reason is added to the results, and
     * the checks are still reported.
     */
    private <T> List<T> reported(String name, Rows.Reader<T> reader, List<CheckResult> results) throws SQLException {
        try {
            return rows(queries.report(name), reader);
        } catch (SQLException e) {
            results.add(unknown(TABLES_AND_INDEXES, e));
            return List.of();
        }
    }

    CheckResult run(Check check) throws SQLException {
        try {
            List<FoundRow> found = new ArrayList<>();
            for (String sql : statements(check.sql(), check.needs())) {
                found.addAll(rows(sql, ReportReader::found));
            }
            return new CheckResult(
                    check,
                    found.stream()
                            .filter(row -> !isAccepted(row))
                            .map(FoundRow::finding)
                            .toList(),
                    found.stream()
                            .filter(this::isAccepted)
                            .flatMap(row -> row.definition().stream())
                            .toList());
        } catch (IllegalArgumentException e) {
            return new CheckResult(check, List.of(Finding.unknown(String.valueOf(e.getMessage()))), List.of());
        } catch (SQLException e) {
            return unknown(check, e);
        }
    }

    /**
     * Returns the query with the schema history's real name; no query if the check needs a schema history and there is none.
     *
     * @throws IllegalArgumentException if several tables may be the schema history
     */
    private List<String> statements(String query, Optional<String> needs) throws SQLException {
        if (needs.isEmpty()) {
            return List.of(query);
        }
        String usual = needs.get();
        List<String> histories = rows(HISTORIES, row -> row.getString(1));
        if (histories.contains(usual)) {
            return List.of(query);
        }
        if (histories.size() > 1) {
            throw new IllegalArgumentException(
                    "several tables may be the schema history: " + String.join(", ", histories));
        }
        return histories.stream().map(history -> query.replace(usual, history)).toList();
    }

    private boolean isAccepted(FoundRow row) {
        return row.definition().filter(accepted::contains).isPresent();
    }

    private CheckResult unknown(Check check, SQLException why) throws SQLException {
        requireConnection(why);
        return new CheckResult(
                check, List.of(Finding.unknown(ServerError.of(why).message())), List.of());
    }

    private void requireConnection(SQLException why) throws SQLException {
        if (InterruptHandler.interrupted() || !connection.isValid(5)) {
            throw why;
        }
    }

    private <T> List<T> rows(String query, Rows.Reader<T> reader) throws SQLException {
        return asked(() -> Rows.all(connection, query, reader));
    }

    /** One question to the database, which is answered in a transaction of its own. */
    private interface Question<T> {
        T answer() throws SQLException;
    }

    private <T> T asked(Question<T> question) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String setting : FOR_EACH_QUERY) {
                statement.execute(setting);
            }
            if (connection.getMetaData().getDatabaseMajorVersion() >= 17) {
                statement.execute(NO_TRANSACTION_TIMEOUT);
            }
            Optional<String> encoding = ReadableText.setting(connection);
            if (encoding.isPresent()) {
                statement.execute("set local " + encoding.get());
            }
            return question.answer();
        } finally {
            connection.rollback();
        }
    }

    private EqualSchemas schemas() throws SQLException {
        if (everySchema) {
            return EqualSchemas.none();
        }
        progress.accept("Equal schemas");
        return asked(() -> EqualSchemas.readIfPossible(connection, queries.sql()));
    }

    /**
     * A row that a check returned.
     *
     * @param definition the definition of the index that the finding is about, by which the user may have accepted the
     *     finding
     */
    private record FoundRow(Finding finding, Optional<String> definition) {}

    private static FoundRow found(ResultSet row) throws SQLException {
        ReadableText object = ReadableText.required(row, "object");
        ReadableText detail = ReadableText.required(row, "detail");
        Optional<ReadableText> fix = ReadableText.of(row, "fix");
        boolean valid = object.valid() && fix.filter(text -> !text.valid()).isEmpty();
        Finding finding = new Finding(
                Severity.labelled(row.getString("severity")),
                object.text(),
                Optional.ofNullable(row.getBigDecimal("value")),
                row.getString("unit"),
                valid ? detail.text() : detail.text() + "; its name is not valid text in this client's encoding",
                fix.filter(text -> valid).map(ReadableText::text));
        return new FoundRow(
                finding,
                hasDefinition(row)
                        ? ReadableText.of(row, "definition")
                                .filter(ReadableText::valid)
                                .map(ReadableText::text)
                        : Optional.empty());
    }

    private static boolean hasDefinition(ResultSet row) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        return columns.getColumnLabel(columns.getColumnCount()).equals("definition");
    }

    private static TableUse table(ResultSet row) throws SQLException {
        return new TableUse(
                ReadableText.required(row, "table_name").text(),
                row.getLong("live_rows"),
                row.getLong("dead_rows"),
                row.getLong("data_bytes"),
                row.getLong("index_bytes"),
                row.getLong("sequential_scans"),
                row.getLong("index_scans"),
                instant(row, "last_analyzed"),
                instant(row, "last_vacuumed"));
    }

    private static IndexUse index(ResultSet row) throws SQLException {
        return new IndexUse(
                ReadableText.required(row, "index_name").text(),
                ReadableText.required(row, "table_name").text(),
                row.getLong("bytes"),
                row.getLong("scans"),
                row.getBoolean("is_unique"),
                row.getBoolean("is_valid"));
    }

    private static TargetFigure target(ResultSet row) throws SQLException {
        return new TargetFigure(
                row.getString("target"),
                number(row, "measured"),
                row.getString("unit"),
                number(row, "recorded"),
                row.getBigDecimal("goal"),
                row.getBoolean("counted"),
                Optional.ofNullable(row.getString("detail")));
    }

    private static Measure measure(ResultSet row) throws SQLException {
        return new Measure(row.getString("name"), row.getString("kind"), row.getString("help"), number(row, "value"));
    }

    private static Optional<BigDecimal> number(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getBigDecimal(column));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
