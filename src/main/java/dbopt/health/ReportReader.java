package dbopt.health;

import static java.util.Objects.requireNonNull;

import dbopt.server.ServerError;
import dbopt.terminal.InterruptHandler;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks one database everything. Each query runs in a read-only transaction of its own, so none holds VACUUM back, and
 * nothing stays set on the session; one that cannot be answered is "unknown", and the others go on.
 */
final class ReportReader {
    private static final List<String> FOR_EACH_QUERY = List.of(
            // names print qualified, and nobody's function is called by mistake
            "set local search_path = ''", "set local statement_timeout = '60s'", "set local lock_timeout = '2s'");

    /** By the catalog: whoever may not use a schema may not even ask for a name in it. */
    private static final String EXISTS =
            """
            select exists (
                select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where pg_catalog.format('%%I.%%I', n.nspname, c.relname) = '%s')""";

    private final Connection connection;
    private final Queries queries;
    private final Consumer<String> progress;

    /** @param progress told, before each query, what is asked */
    ReportReader(Connection connection, Queries queries, Consumer<String> progress) {
        this.connection = requireNonNull(connection, "connection is null");
        this.queries = requireNonNull(queries, "queries is null");
        this.progress = requireNonNull(progress, "progress is null");
    }

    Report read(String database, Instant at) throws SQLException {
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
        progress.accept("Tables and indexes");
        return new Report(
                at,
                connection.getMetaData().getDatabaseProductVersion().split(" ", 2)[0],
                database,
                results,
                rows(queries.report("tables"), ReportReader::table),
                rows(queries.report("indexes"), ReportReader::index),
                rows(queries.report("targets"), ReportReader::target));
    }

    CheckResult run(Check check) throws SQLException {
        try {
            boolean possible = check.needs().isEmpty()
                    || rows(EXISTS.formatted(check.needs().get()), row -> row.getBoolean(1))
                            .contains(true);
            return new CheckResult(check, possible ? rows(check.sql(), ReportReader::finding) : List.of());
        } catch (IllegalArgumentException e) {
            return new CheckResult(check, List.of(Finding.unknown(String.valueOf(e.getMessage()))));
        } catch (SQLException e) {
            if (InterruptHandler.interrupted() || !connection.isValid(5)) {
                throw e;
            }
            return new CheckResult(
                    check, List.of(Finding.unknown(ServerError.of(e).message())));
        }
    }

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private <T> List<T> rows(String query, RowMapper<T> mapper) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String setting : FOR_EACH_QUERY) {
                statement.execute(setting);
            }
            List<T> result = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    result.add(mapper.map(rows));
                }
            }
            return result;
        } finally {
            connection.rollback();
        }
    }

    private static Finding finding(ResultSet row) throws SQLException {
        return new Finding(
                Severity.labelled(row.getString("severity")),
                row.getString("object"),
                Optional.ofNullable(row.getBigDecimal("value")),
                row.getString("unit"),
                row.getString("detail"),
                Optional.ofNullable(row.getString("fix")));
    }

    private static TableUse table(ResultSet row) throws SQLException {
        return new TableUse(
                row.getString("table_name"),
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
                row.getString("index_name"),
                row.getString("table_name"),
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
                row.getBoolean("counted"));
    }

    private static Optional<BigDecimal> number(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getBigDecimal(column));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
