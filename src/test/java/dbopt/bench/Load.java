package dbopt.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two writers and two readers that use the tables all the time while something else happens. A writer updates a commit
 * and a day of usage in one transaction; a reader looks up by the columns whose indexes are dropped. Each pauses for a
 * millisecond after each turn, so that they do not wait for the processor instead of for locks.
 */
final class Load {
    private static final List<String> WRITES = List.of(
            "update metrics_commit set additions = additions + 1, pull_request_id = pull_request_id where id = ?",
            "update metrics_aiusagedaily set suggestions_shown = suggestions_shown + 1 where id = ?");
    private static final List<String> READS = List.of(
            "select count(*) from metrics_commit where pull_request_id = ?",
            "select count(*) from metrics_prsurvey where pull_request_id = ?",
            "select sum(suggestions_shown) from metrics_aiusagedaily where member_id = ? % 20 + 1 and date > '2025-12-01'");
    private static final int EACH = 2;
    private static final int IDS = 1000;

    /** The command that runs under the load. */
    @FunctionalInterface
    interface Action {
        double seconds() throws Exception;
    }

    /** The seconds that the command took, and the durations of the turns of writers and readers in milliseconds. */
    record Result(double seconds, Latencies writers, Latencies readers) {}

    private final BenchServer server;
    private final List<String> writes;
    private final List<String> reads;
    private volatile boolean ended;

    Load(BenchServer server) {
        this(server, WRITES, READS);
    }

    /** @param writes the statements of one turn, each with the number of a row, up to 1,000, as its parameter */
    Load(BenchServer server, List<String> writes, List<String> reads) {
        this.server = server;
        this.writes = List.copyOf(writes);
        this.reads = List.copyOf(reads);
    }

    Result during(Action meanwhile) throws Exception {
        ended = false;
        ExecutorService clients = Executors.newFixedThreadPool(2 * EACH);
        try {
            List<Future<List<Double>>> writers = start(clients, writes, 0);
            List<Future<List<Double>>> readers = start(clients, reads, EACH);
            Thread.sleep(300);
            double seconds = meanwhile.seconds();
            Thread.sleep(300);
            ended = true;
            return new Result(seconds, latencies(writers), latencies(readers));
        } finally {
            ended = true;
            clients.shutdown();
        }
    }

    private List<Future<List<Double>>> start(ExecutorService clients, List<String> statements, int seed) {
        List<Future<List<Double>>> started = new ArrayList<>();
        for (int client = 0; client < EACH; client++) {
            SplittableRandom random = new SplittableRandom((long) seed + client);
            Callable<List<Double>> turns = () -> turns(statements, random);
            started.add(clients.submit(turns));
        }
        return started;
    }

    private List<Double> turns(List<String> statements, SplittableRandom random)
            throws SQLException, InterruptedException {
        List<Double> milliseconds = new ArrayList<>();
        try (Connection connection = server.connect(BenchServer.AUDITED)) {
            connection.setAutoCommit(false);
            while (!ended) {
                long start = System.nanoTime();
                for (String text : statements) {
                    try (PreparedStatement statement = connection.prepareStatement(text)) {
                        statement.setLong(1, 1 + random.nextInt(IDS));
                        statement.execute();
                    }
                }
                connection.commit();
                milliseconds.add((System.nanoTime() - start) / 1e6);
                Thread.sleep(1);
            }
        }
        return milliseconds;
    }

    private static Latencies latencies(List<Future<List<Double>>> clients)
            throws ExecutionException, InterruptedException {
        List<Double> all = new ArrayList<>();
        for (Future<List<Double>> client : clients) {
            all.addAll(client.get());
        }
        return Latencies.of(all);
    }
}
