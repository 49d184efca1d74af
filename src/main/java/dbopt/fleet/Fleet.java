package dbopt.fleet;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Secrets;
import dbopt.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Asks many databases, several at the same time. An error with one database becomes the result of that database; the others
 * are still asked.
 *
 * @param parallel how many databases are asked at the same time
 */
public record Fleet(List<FleetDatabase> databases, int parallel, Terminal terminal) {
    private static final long MILLISECONDS_BETWEEN_LOOKS = 100;

    public Fleet {
        databases = List.copyOf(databases);
        requireNonNull(terminal, "terminal is null");
    }

    /** The result of the database of this number, or an {@code Error} of the Java machine, which ends the command. */
    private record Done<R>(int number, FleetEntry<R> entry, Error error) {}

    /** Returns where a command prints lines that are not part of its report; each line begins with the name of the database. */
    public Consumer<String> progress(FleetDatabase database) {
        return line -> terminal.progress(database.name() + ": " + line);
    }

    /**
     * Asks every database, and reports each as soon as its result is known.
     *
     * @param look asks one database; called from several threads
     * @throws CommandFailure after an interrupt
     */
    public <R> FleetReport<R> ask(Function<FleetDatabase, R> look, FleetView<R> view) {
        Queue<Integer> waiting = new ConcurrentLinkedQueue<>();
        for (int number = 0; number < databases.size(); number++) {
            waiting.add(number);
        }
        BlockingQueue<Done<R>> done = new LinkedBlockingQueue<>();
        // keeps the process alive after an interrupt, until the last message is printed
        try (InterruptHandler ignored = InterruptHandler.onInterrupt(() -> {})) {
            for (int number = 0; number < Math.min(parallel, databases.size()); number++) {
                Thread thread = new Thread(() -> work(waiting, look, done), "database " + number);
                thread.setDaemon(true);
                thread.start();
            }
            return new FleetReport<>(collected(done, view), view);
        }
    }

    private <R> List<FleetEntry<R>> collected(BlockingQueue<Done<R>> done, FleetView<R> view) {
        List<FleetEntry<R>> entries = new ArrayList<>();
        databases.forEach(database -> entries.add(null));
        int count = 0;
        while (count < databases.size()) {
            Done<R> next = next(done, count);
            if (next.error() != null) {
                throw next.error();
            }
            entries.set(next.number(), next.entry());
            count++;
            terminal.progress("%d of %d: %s: %s"
                    .formatted(count, databases.size(), next.entry().name(), FleetReport.verdict(next.entry(), view)));
        }
        return entries;
    }

    /**
     * Waits for the next result. Results that arrive after an interrupt are dropped, since the interrupt may have caused
     * them.
     */
    private <R> Done<R> next(BlockingQueue<Done<R>> done, int count) {
        while (!InterruptHandler.interrupted()) {
            try {
                Done<R> next = done.poll(MILLISECONDS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
                if (next != null && !InterruptHandler.interrupted()) {
                    return next;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new CommandFailure(
                CommandFailure.Kind.UNREACHABLE,
                "You interrupted the command after %d of %d databases: there is no report.\nNothing was changed. The same command asks all of them again."
                        .formatted(count, databases.size()));
    }

    private <R> void work(Queue<Integer> waiting, Function<FleetDatabase, R> look, BlockingQueue<Done<R>> done) {
        Thread thread = Thread.currentThread();
        try (InterruptHandler ignored = InterruptHandler.onInterrupt(() -> stopConnecting(thread))) {
            while (!InterruptHandler.interrupted()) {
                Integer number = waiting.poll();
                if (number == null) {
                    return;
                }
                done.add(done(number, look));
            }
        }
    }

    private <R> Done<R> done(int number, Function<FleetDatabase, R> look) {
        FleetDatabase database = databases.get(number);
        try {
            return new Done<>(number, FleetEntry.reported(database, look.apply(database)), null);
        } catch (CommandFailure e) {
            return new Done<>(number, FleetEntry.failed(database, e), null);
        } catch (RuntimeException e) {
            return new Done<>(number, FleetEntry.failed(database, mistake(e)), null);
        } catch (Error e) {
            return new Done<>(number, null, e);
        }
    }

    /** Reports a bug as the failure of this database, with the beginning of the stack trace. */
    private static CommandFailure mistake(RuntimeException e) {
        return new CommandFailure(
                CommandFailure.Kind.FAILED,
                Secrets.masked("This is a bug in dbopt, please report it: " + e
                        + Stream.of(e.getStackTrace())
                                .limit(5)
                                .map(frame -> "\n  at " + frame)
                                .reduce("", String::concat)),
                e);
    }

    /**
     * Interrupts a thread that waits in the driver for a server that does not answer. Any other work ends soon or is
     * cancelled.
     */
    private static void stopConnecting(Thread thread) {
        if (Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith("org.postgresql.Driver"))) {
            thread.interrupt();
        }
    }
}
