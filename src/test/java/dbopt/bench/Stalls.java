package dbopt.bench;

import dbopt.server.SessionTimeouts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The longest waits of readers and writers while a partitioned index is dropped, with transactions open on some of the
 * partitions that end one after the other: in the tries of the scaffolded migration, and in one plain DROP INDEX.
 */
final class Stalls {
    private static final String DATABASE = "stalls";
    private static final int PARTITIONS = 200;
    private static final int GROUP = 20;
    private static final int HOLDERS = 12;
    private static final int HELD_MILLISECONDS = 250;
    private static final int PAUSE_MILLISECONDS = 1_000;

    private final BenchServer server;
    private final Consumer<String> progress;

    /** The result of one variant; the longest waits in milliseconds. */
    private record Stall(double reader, double writer, int tries) {}

    Stalls(BenchServer server, Consumer<String> progress) {
        this.server = server;
        this.progress = progress;
    }

    void measure(int rounds, BenchmarkReport report) throws Exception {
        List<Stall> tries = new ArrayList<>();
        List<Stall> plain = new ArrayList<>();
        List<String> bounds = SessionTimeouts.ofShortTry();
        for (int round = 1; round <= rounds; round++) {
            progress.accept("dropping in short tries, round " + round);
            tries.add(dropped(bounds, bounds.toString()));
            progress.accept("dropping in one statement, round " + round);
            plain.add(dropped(List.of("set local lock_timeout = '2s'"), "lock_timeout alone"));
        }
        String about =
                "The longest wait while an index of %d partitions on three levels goes, %d transactions open on them"
                        .formatted(PARTITIONS, HOLDERS);
        report.row(
                about,
                "readers, in short tries",
                tries.stream().mapToDouble(Stall::reader).max().orElseThrow(),
                "DROP INDEX, lock_timeout 2 s",
                plain.stream().mapToDouble(Stall::reader).max().orElseThrow(),
                "ms");
        report.row(
                about,
                "writers, in short tries",
                tries.stream().mapToDouble(Stall::writer).max().orElseThrow(),
                "DROP INDEX, lock_timeout 2 s",
                plain.stream().mapToDouble(Stall::writer).max().orElseThrow(),
                "ms");
        report.remark(
                "The short tries, under %s: %s in the rounds; a plain drop that its time-out ended was tried again: %s."
                        .formatted(
                                String.join(" and ", bounds),
                                tries.stream().map(Stall::tries).toList(),
                                plain.stream().map(Stall::tries).toList()));
    }

    private Stall dropped(List<String> bounds, String how) throws Exception {
        prepare();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong reader = new AtomicLong();
        AtomicLong writer = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        threads.add(probe("select count(*) from events_1", reader, done));
        threads.add(probe("insert into events_2 values (2, 0)", writer, done));
        for (int number = 0; number < HOLDERS; number++) {
            int held = number;
            Connection connection = connect();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select count(*) from events_" + (10 + 15 * number));
            }
            threads.add(started(() -> {
                Thread.sleep((held + 1L) * HELD_MILLISECONDS);
                connection.close();
            }));
        }
        int tries = 1;
        while (!isDropped(bounds)) {
            if (++tries > 60) {
                throw new IllegalStateException("not dropped in 60 tries: " + how);
            }
            Thread.sleep(PAUSE_MILLISECONDS);
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        return new Stall(reader.get() / 1e6, writer.get() / 1e6, tries);
    }

    private boolean isDropped(List<String> bounds) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table events in share update exclusive mode");
            for (String bound : bounds) {
                statement.execute(bound);
            }
            statement.execute("drop index events_a");
            connection.commit();
            return true;
        } catch (SQLException e) {
            if (List.of("55P03", "57014").contains(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private void prepare() throws SQLException {
        server.create(DATABASE);
        server.run(
                DATABASE,
                "create table events (a int, b int) partition by range (a)",
                """
                do $$ begin
                    for n in 0..%1$d - 1 loop
                        if n %% %2$d = 0 then
                            execute format('create table events_from_%%s partition of events for values from (%%s) to (%%s) partition by list (a)', n, n + 1, n + 1 + %2$d);
                        end if;
                        execute format('create table events_%%s partition of events_from_%%s for values in (%%s)', n + 1, n - n %% %2$d, n + 1);
                    end loop;
                end $$"""
                        .formatted(PARTITIONS, GROUP),
                "insert into events select 1 + g %% %d, g from generate_series(1, 20000) g".formatted(PARTITIONS),
                "create index events_a on events (a)",
                "create index events_a_b on events (a, b)");
    }

    private Thread probe(String sql, AtomicLong longest, AtomicBoolean done) {
        return started(() -> {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                while (!done.get()) {
                    long start = System.nanoTime();
                    statement.execute(sql);
                    longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                    Thread.sleep(5);
                }
            }
        });
    }

    /** The body of a thread. */
    private interface Task {
        void run() throws Exception;
    }

    private static Thread started(Task work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(server.url(DATABASE), BenchServer.OWNER, "");
    }
}
