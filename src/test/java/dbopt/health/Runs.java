package dbopt.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Made-up entries of a history. */
final class Runs {
    private static final int DAYS = 40;

    private Runs() {}

    static Snapshot run(String at, long deadRows) {
        return run(at, deadRows, 0, Optional.empty(), Optional.empty());
    }

    static Snapshot scanned(String at, long sequentialScans) {
        return run(at, 0, sequentialScans, Optional.empty(), Optional.empty());
    }

    static Snapshot deployed(String at, long rank) {
        return run(at, 0, 0, Optional.of(rank), Optional.empty());
    }

    static Snapshot found(String at, Map<String, List<String>> findings) {
        return run(at, 0, 0, Optional.of(1L), Optional.of(findings));
    }

    /** Puts forty days of growth before the one run of a history. */
    static void daysBefore(Path history) throws IOException {
        String real = Files.readString(history);
        Snapshot run = JsonMapper.builder().build().readValue(real, Snapshot.class);
        Files.delete(history);
        for (int day = DAYS; day > 0; day--) {
            double share = 1 - 0.3 * day / DAYS;
            History.append(
                    history,
                    new Snapshot(
                            run.at().minus(Duration.ofDays(day)),
                            run.database(),
                            (long) (run.dataBytes() * share),
                            (long) (run.indexBytes() * share * share),
                            40L * (DAYS - day) * (1 + day % 7),
                            900L * (day % 5),
                            1,
                            day % 4,
                            Optional.of(3000L * (DAYS - day) * (day < 12 ? 2 : 3)),
                            Optional.of(20_000L * (day % 9)),
                            Optional.of(day > 30 ? 0 : 70_000L + 2_000L * (DAYS - day)),
                            Optional.of(0L),
                            run.findings(),
                            run.counters()));
        }
        Files.writeString(history, real, StandardOpenOption.APPEND);
    }

    private static Snapshot run(
            String at,
            long deadRows,
            long sequentialScans,
            Optional<Long> rank,
            Optional<Map<String, List<String>>> findings) {
        return new Snapshot(
                Instant.parse(at),
                "here",
                0,
                0,
                sequentialScans,
                deadRows,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                rank,
                findings,
                Map.of());
    }
}
