package dbopt.watch;

import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.queries.WatchList;
import dbopt.queries.WatchedQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The sample workload: every query of {@code db/queries}, repeatedly; writes are rolled back. */
final class Application {
    /** A Wednesday. */
    static final Instant START = Instant.parse("2026-03-04T08:00:00Z");

    private static final List<WatchedQuery> QUERIES = WatchList.of(BundledSql.in(Path.of("")));

    private Application() {}

    static void work(TestDatabase database, int rounds) {
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            for (int round = 0; round < rounds; round++) {
                for (WatchedQuery query : QUERIES) {
                    for (String before : query.preparation()) {
                        statement.execute(before);
                    }
                    statement.execute(query.sql());
                    session.rollback();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Moves the times of the observations: one per hour, and the last one later by this much. */
    static Path lastLater(Path observations, Duration later) {
        try {
            Path shifted = hourly(observations);
            List<String> lines = Files.readAllLines(shifted);
            Instant at = START.plus(Duration.ofHours(lines.size() - 2)).plus(later);
            lines.add(lines.remove(lines.size() - 1).replaceFirst("\"at\":\"[^\"]*\"", "\"at\":\"" + at + '"'));
            return Files.write(shifted, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Moves the times of the observations so that they are an hour apart. */
    static Path hourly(Path observations) {
        try {
            List<String> lines = new ArrayList<>();
            for (String line : Files.readAllLines(observations)) {
                Instant at = START.plus(Duration.ofHours(lines.size()));
                lines.add(
                        line.replaceFirst("\"at\":\"[^\"]*\"", "\"at\":\"" + at.truncatedTo(ChronoUnit.SECONDS) + '"'));
            }
            Path shifted = observations.resolveSibling("hourly.jsonl");
            return Files.write(shifted, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
