package dbopt.faults;

import dbopt.Await;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two writers and two readers that use the tables all the time, as the application does, and know what must be there. A
 * writer adds a pull request with its commits, survey and day of usage in one transaction, and takes every third away
 * again; a reader looks up by the columns whose indexes are dropped, and finds the same each time.
 */
public final class ApplicationLoad implements AutoCloseable {
    /** The application name of the application's sessions, which distinguishes them from dbopt's. */
    public static final String NAME = "the application";

    private static final int WRITERS = 2;
    private static final int READERS = 2;
    private static final int COMMITS = 2;
    private static final int PAUSE = 20;

    private static final String PULL_REQUEST =
            """
            insert into metrics_pullrequest
            select (jsonb_populate_record(p, jsonb_build_object('id', nextval('metrics_pullrequest_id_seq'), 'github_pr_id', ?))).*
            from metrics_pullrequest p where p.id = 1 returning id
            """;
    private static final String COMMIT =
            """
            insert into metrics_commit
            select (jsonb_populate_record(c, jsonb_build_object('id', nextval('metrics_commit_id_seq'), 'github_sha', ?::text,
                'pull_request_id', ?::bigint))).*
            from metrics_commit c where c.id = 1
            """;
    private static final String SURVEY =
            """
            insert into metrics_prsurvey
            select (jsonb_populate_record(s, jsonb_build_object('id', nextval('metrics_prsurvey_id_seq'), 'token', ?::text,
                'pull_request_id', ?::bigint))).*
            from metrics_prsurvey s order by s.id limit 1
            """;
    private static final String USAGE =
            """
            insert into metrics_aiusagedaily
            select (jsonb_populate_record(u, jsonb_build_object('id', nextval('metrics_aiusagedaily_id_seq'), 'source', ?::text))).*
            from metrics_aiusagedaily u where u.id = 1
            """;

    private static final List<String> TABLES =
            List.of("metrics_pullrequest", "metrics_commit", "metrics_prsurvey", "metrics_aiusagedaily");
    private static final List<String> DELETES = List.of(
            "delete from metrics_commit where pull_request_id = ?",
            "delete from metrics_prsurvey where pull_request_id = ?",
            "delete from metrics_pullrequest where id = ?");
    private static final List<String> READS = List.of(
            "select count(*) from metrics_commit where pull_request_id = 2",
            "select count(*) from metrics_prsurvey where pull_request_id = 2",
            "select count(*) from metrics_aiusagedaily where member_id = 2",
            "select count(*) from metrics_commit where author_id = 2",
            "select count(*) from integrations_githubintegration where organization_slug > ''",
            "select count(*) from integrations_jiraintegration where cloud_id > ''");

    private final TestDatabase database;
    private final List<String> before;
    private final List<Thread> clients = new ArrayList<>();
    private final List<AtomicLong> turns = new ArrayList<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final Queue<Long> kept = new ConcurrentLinkedQueue<>();
    private final Queue<Long> deleted = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    private ApplicationLoad(TestDatabase database) {
        this.database = database;
        this.before = counts();
    }

    /** Starts; returns when every one of them has done a turn. */
    public static ApplicationLoad on(TestDatabase database) {
        ApplicationLoad load = new ApplicationLoad(database);
        for (int number = 0; number < WRITERS; number++) {
            int writer = number;
            load.start((connection, turn) -> load.write(connection, 1_000_000L * (writer + 1) + turn));
        }
        for (int number = 0; number < READERS; number++) {
            load.start((connection, turn) -> load.read(connection));
        }
        load.awaitTurns();
        return load;
    }

    /** A session of the application's. */
    public static Connection connect(TestDatabase database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", TestDatabase.OWNER);
        properties.setProperty("password", TestDatabase.PASSWORD);
        properties.setProperty("ApplicationName", NAME);
        return DriverManager.getConnection(database.url(), properties);
    }

    @FunctionalInterface
    private interface Turn {
        void run(Connection connection, long turn) throws SQLException;
    }

    private void start(Turn turn) {
        AtomicLong done = new AtomicLong();
        turns.add(done);
        Thread client = new Thread(() -> run(turn, done), NAME);
        clients.add(client);
        client.start();
    }

    private void run(Turn turn, AtomicLong done) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            // dbopt takes no lock that the application would wait for
            statement.execute("set lock_timeout = '5s'");
            connection.setAutoCommit(false);
            while (!ended) {
                turn.run(connection, done.get());
                connection.commit();
                done.incrementAndGet();
                Await.pause(PAUSE); // a constant load that leaves the processor to the commands under test
            }
        } catch (SQLException e) {
            problems.add("The application failed: " + e.getMessage());
        }
    }

    private void write(Connection connection, long number) throws SQLException {
        long pullRequest;
        try (PreparedStatement statement = connection.prepareStatement(PULL_REQUEST)) {
            statement.setLong(1, number);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                pullRequest = row.getLong(1);
            }
        }
        for (int commit = 0; commit < COMMITS; commit++) {
            update(connection, COMMIT, number + "-" + commit, pullRequest);
        }
        update(connection, SURVEY, "load " + number, pullRequest);
        update(connection, USAGE, "load " + number);
        connection.commit();
        if (number % 3 == 0) {
            for (String delete : DELETES) {
                update(connection, delete, pullRequest);
            }
            connection.commit();
            deleted.add(pullRequest);
        } else {
            kept.add(pullRequest);
        }
    }

    private static void update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    /** Checks that the earlier rows still exist, through whichever index they are found. */
    private void read(Connection connection) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local enable_seqscan = off");
            for (String read : READS) {
                try (ResultSet row = statement.executeQuery(read)) {
                    row.next();
                    found.add(row.getString(1));
                }
            }
        }
        if (!found.equals(before.subList(TABLES.size(), before.size()))) {
            problems.add("A reader found " + found + " rows and before " + before);
        }
    }

    private List<String> counts() {
        List<String> counts = new ArrayList<>();
        TABLES.forEach(table -> counts.addAll(database.query("select count(*) from " + table)));
        READS.forEach(read -> counts.addAll(database.query(read)));
        return counts;
    }

    /** Returns when every writer and reader has done another turn, or has failed. */
    public void awaitTurns() {
        List<Long> seen = turns.stream().map(AtomicLong::get).toList();
        for (int client = 0; client < clients.size(); client++) {
            int number = client;
            Await.until(
                    () -> turns.get(number).get() > seen.get(number)
                            || !clients.get(number).isAlive(),
                    () -> "another turn of the application");
        }
    }

    /** The number of transactions of the writers plus look-ups of the readers so far. */
    public long turns() {
        return turns.stream().mapToLong(AtomicLong::get).sum();
    }

    /** Ends the load; returns one sentence per failed statement and per lost or duplicated row. */
    public List<String> problems() {
        close();
        List<String> found = new ArrayList<>(problems);
        if (found.isEmpty()) {
            long pullRequests = kept.size();
            long all = pullRequests + deleted.size();
            List<Long> added = List.of(pullRequests, COMMITS * pullRequests, pullRequests, all);
            for (int table = 0; table < TABLES.size(); table++) {
                long expected = Long.parseLong(before.get(table)) + added.get(table);
                String there = database.query("select count(*) from " + TABLES.get(table))
                        .get(0);
                if (!there.equals(String.valueOf(expected))) {
                    found.add("%s has %s rows, and not %d".formatted(TABLES.get(table), there, expected));
                }
            }
            found.addAll(lost());
        }
        try {
            database.runAsSuperuser(Files.readString(Path.of("db/sample/check_foreign_keys.sql")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException e) {
            found.add(e.getMessage());
        }
        return found;
    }

    private List<String> lost() {
        String ids = kept.toString().replace('[', '{').replace(']', '}');
        return database.query(
                """
                select 'pull request ' || number || ' is not there once, with its rows' from unnest('%s'::bigint[]) kept (number)
                where (select count(*) from metrics_pullrequest where id = number) <> 1
                    or (select count(*) from metrics_commit where pull_request_id = number) <> %d
                    or (select count(*) from metrics_prsurvey where pull_request_id = number) <> 1
                """
                        .formatted(ids, COMMITS));
    }

    /** Ends the load; a second call has no effect. */
    @Override
    public void close() {
        ended = true;
        for (Thread client : clients) {
            try {
                client.join(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
