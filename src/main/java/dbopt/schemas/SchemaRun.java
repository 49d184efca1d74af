package dbopt.schemas;

import static java.util.Objects.requireNonNull;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dbopt.server.DatabaseAddress;
import dbopt.server.ReusedSessions;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs the same work on many schemas, one after the other or several at once. A failure in one schema does not affect the
 * others. After an interrupt no further schema is begun.
 */
final class SchemaRun {
    private static final String EXISTS = "select exists (select from pg_catalog.pg_namespace where nspname = ?)";

    private final DatabaseAddress address;
    private final String applicationName;
    private final int parallel;
    private final boolean tells;
    private final Terminal terminal;
    private final Queue<SchemaOutcome> outcomes = new ConcurrentLinkedQueue<>();
    private volatile Throwable broken;
    private volatile boolean unreachable;

    /** What is done in one schema. */
    @FunctionalInterface
    interface Work {
        /**
         * Works on a schema. Called on the thread of the worker.
         *
         * @param connection a connection for queries, open during the work
         * @param terminal prints progress, with the name of the schema before each line
         * @throws CommandFailure if the work fails
         */
        SchemaOutcome on(String schema, Worker worker, Connection connection, Terminal terminal) throws SQLException;
    }

    /**
     * A thread that works on one schema after the other, and the sessions that it uses for all of them.
     *
     * @param applicationName the application name of Flyway's sessions
     * @param flyway Flyway's sessions
     * @param queries the sessions for queries
     */
    record Worker(String applicationName, ReusedSessions flyway, ReusedSessions queries) implements AutoCloseable {
        @Override
        public void close() {
            flyway.close();
            queries.close();
        }
    }

    /**
     * @param applicationName the application name of Flyway's sessions; those of a second worker have {@code .2} behind it
     * @param parallel the number of workers
     * @param tells whether to print a result line for each schema
     */
    SchemaRun(DatabaseAddress address, String applicationName, int parallel, boolean tells, Terminal terminal) {
        this.address = requireNonNull(address, "address is null");
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
        this.parallel = parallel;
        this.tells = tells;
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    /**
     * Works on all the schemas.
     *
     * @return the results, in the order of the schemas
     */
    List<SchemaOutcome> run(List<String> schemas, Work work) {
        Queue<String> waiting = new ArrayDeque<>(schemas);
        try (InterruptHandler ignored = InterruptHandler.onInterrupt(() -> {})) {
            List<Thread> workers = new ArrayList<>();
            for (int number = 1; number <= Math.min(parallel, schemas.size()); number++) {
                int own = number;
                Thread worker = new Thread(() -> work(waiting, own, work), "schemas " + number);
                worker.start();
                workers.add(worker);
            }
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (broken instanceof Error error) {
            throw error;
        }
        if (broken instanceof RuntimeException exception) {
            throw exception;
        }
        String why = InterruptHandler.interrupted() ? "not begun" : "not started, since the server cannot be reached";
        waiting.forEach(schema -> outcomes.add(SchemaOutcome.left(schema, why)));
        Map<String, SchemaOutcome> bySchema = outcomes.stream().collect(toMap(SchemaOutcome::schema, identity()));
        return schemas.stream().map(bySchema::get).toList();
    }

    private Worker worker(int number) {
        String name = number == 1 ? applicationName : applicationName + "." + number;
        return new Worker(
                name,
                new ReusedSessions(name, address.dataSource(name)::getConnection),
                new ReusedSessions("dbopt", () -> address.connect("dbopt")));
    }

    private void work(Queue<String> waiting, int number, Work work) {
        try (Worker worker = worker(number)) {
            for (String schema = next(waiting); schema != null; schema = next(waiting)) {
                SchemaOutcome outcome = outcome(schema, worker, work);
                outcomes.add(outcome);
                if (tells) {
                    terminal.result(line(outcome));
                }
            }
        } catch (RuntimeException | Error e) {
            // a bug or too little memory: no further schema is begun, and the command ends with this error
            broken = e;
        }
    }

    private String next(Queue<String> waiting) {
        synchronized (waiting) {
            return InterruptHandler.interrupted() || broken != null || unreachable ? null : waiting.poll();
        }
    }

    private SchemaOutcome outcome(String schema, Worker worker, Work work) {
        try (PrefixedLines lines = new PrefixedLines(terminal, TerminalText.line(schema) + ": ")) {
            requireSafe(schema);
            return onConnection(schema, worker, work, lines.terminal());
        } catch (CommandFailure e) {
            if (InterruptHandler.interrupted()) {
                return SchemaOutcome.left(schema, e.getMessage());
            }
            unreachable |= e.kind() == CommandFailure.Kind.UNREACHABLE && !isReachable();
            return SchemaOutcome.failed(schema, e.getMessage());
        }
    }

    /** Refuses names that break a script: Flyway inserts the name as it is, within single or double quotes. */
    private static void requireSafe(String schema) {
        if (schema.matches("(?s).*(['\"\\\\\\p{Cntrl}]|\\$\\{).*")) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The name of this schema holds a quote, a backslash, a line break or ${, which ${flyway:defaultSchema} would put into scripts unchanged. Nothing was changed there. Rename the schema, or run the migrations there by hand.");
        }
    }

    private SchemaOutcome onConnection(String schema, Worker worker, Work work, Terminal lines) {
        try (Connection connection = worker.queries().connect()) {
            if (!Rows.only(connection, EXISTS, row -> row.getBoolean(1), schema)) {
                throw new CommandFailure(
                        CommandFailure.Kind.FAILED, "The schema no longer exists. It was not created again.");
            }
            return work.on(schema, worker, connection, lines);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed there.", e);
        }
    }

    private boolean isReachable() {
        try (Connection connection = address.connect("dbopt")) {
            return true;
        } catch (SQLException | CommandFailure e) {
            return false;
        }
    }

    private static String line(SchemaOutcome outcome) {
        String name = TerminalText.line(outcome.schema());
        String first = outcome.text().lines().findFirst().orElse("");
        return switch (outcome.state()) {
            case DONE, UNCHANGED -> name + ": " + outcome.text();
            case FAILED -> name + ": FAILED: " + first;
            case LEFT -> name + ": interrupted: " + first;
        };
    }
}
