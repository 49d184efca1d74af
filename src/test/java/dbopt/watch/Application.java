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

/** The sample workload: every query of {@code db/queries}, again and again; what writes is rolled back. */
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

    /** The same file as if the last look had come so much later than the one before, and the others hourly. */
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

    /** The same file as if each look had come an hour after the one before. */
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
