package dbopt.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which databases are queried when, and the order of the report; no server is needed for that. */
@Tag("anyversion")
class FleetTest {
    private final StringWriter progress = new StringWriter();

    private Fleet fleet(int databases, int parallel) {
        return new Fleet(
                IntStream.range(0, databases)
                        .mapToObj(number -> new FleetDatabase(
                                "db" + number,
                                new DatabaseAddress(
                                        "jdbc:postgresql://h/" + number, Optional.empty(), Optional.empty())))
                        .toList(),
                parallel,
                new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(progress), false));
    }

    private static final FleetView<Integer> BY_NUMBER = new FleetView<>() {
        @Override
        public String verdict(Integer report) {
            return "number " + report;
        }

        @Override
        public Comparator<Integer> worstFirst() {
            return Comparator.reverseOrder();
        }
    };

    private static int number(FleetDatabase database) {
        return Integer.parseInt(database.name().substring(2));
    }

    @Test
    void at_most_four_of_two_hundred_databases_are_queried_at_the_same_time() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch four = new CountDownLatch(4);
        FleetReport<Integer> report = fleet(200, 4)
                .ask(
                        database -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            four.countDown();
                            try {
                                four.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            now.decrementAndGet();
                            return number(database);
                        },
                        BY_NUMBER);
        assertThat(most).hasValue(4);
        assertThat(report.reports())
                .containsExactlyElementsOf(
                        IntStream.range(0, 200).mapToObj(number -> 199 - number).toList());
        assertThat(progress.toString().lines()).hasSize(200).last().asString().startsWith("200 of 200: db");
    }

    @Test
    void a_failure_of_one_database_is_reported_first_and_stops_no_other() {
        FleetReport<Integer> report = fleet(4, 2)
                .ask(
                        database -> switch (number(database)) {
                            case 1 -> throw new CommandFailure(
                                    CommandFailure.Kind.UNREACHABLE, "It is off.\nSwitch it on.");
                            case 2 -> throw new IllegalStateException("postgres://me:sesame@h/d is odd");
                            default -> number(database);
                        },
                        BY_NUMBER);
        assertThat(report.summary())
                .isEqualTo(
                        """
                        4 databases, 2 without a report

                        database  result
                        db1       FAILED: It is off.
                        db2       FAILED: This is a bug in dbopt, please report it: java.lang.IllegalStateException: postgres://me:***@h/d is odd
                        db3       number 3
                        db0       number 0
                        """);
        assertThat(report.exitCode(found -> true)).isEqualTo(3);
    }

    @Test
    void an_error_of_the_virtual_machine_ends_the_command() {
        assertThatThrownBy(() -> fleet(3, 2)
                        .ask(
                                database -> {
                                    throw new OutOfMemoryError("heap");
                                },
                                BY_NUMBER))
                .isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void the_exit_code_is_0_without_a_failing_finding_and_1_with_one() {
        FleetReport<Integer> report = fleet(2, 9).ask(FleetTest::number, BY_NUMBER);
        assertThat(report.exitCode(found -> false)).isZero();
        assertThat(report.exitCode(found -> found == 1)).isEqualTo(1);
        assertThat(report.headline()).isEqualTo("2 databases");
        assertThat(List.of("number 1", "number 0")).allMatch(report.summary()::contains);
    }
}
