package dbopt.health;

import dbopt.AuditedProject;
import dbopt.Await;
import dbopt.TestDatabase;
import dbopt.accepted.AcceptedFindings;
import dbopt.bundled.BundledSql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Runs one check of the project in a test. */
final class CheckRun {

    private CheckRun() {}

    static Queries queries() {
        return new Queries(BundledSql.in(Path.of("")), AuditedProject.project());
    }

    static Check check(String name) {
        return queries().checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The findings of the check for the owner of the tables: severity, object and detail. */
    static List<String> findings(TestDatabase database, Check check) {
        return findings(database.connect(), check);
    }

    /** The findings of the check; closes the connection. */
    static List<String> findings(Connection connection, Check check) {
        return run(connection, check).stream()
                .map(finding -> String.join(" | ", finding.severity().label(), finding.object(), finding.detail()))
                .toList();
    }

    /** The statements that repair the findings of the check. */
    static List<String> fixes(TestDatabase database, String check) {
        return run(database.connect(), check(check)).stream()
                .flatMap(finding -> finding.fix().stream())
                .toList();
    }

    private static List<Finding> run(Connection connection, Check check) {
        try (connection) {
            connection.setAutoCommit(false);
            return new ReportReader(connection, queries(), AcceptedFindings.none(), step -> {})
                    .run(check)
                    .findings();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Repeats the check until the findings are as expected, or fails: PostgreSQL 14 publishes its counters late. */
    static List<String> findingsOnce(TestDatabase database, Check check, Predicate<List<String>> wanted) {
        return once(() -> findings(database, check), wanted, check);
    }

    /** The findings with their figures, as the report shows them, without the line on sessions of other roles. */
    static List<String> shownOnce(TestDatabase database, Check check, Predicate<List<String>> wanted) {
        return once(
                () -> run(database.connect(), check).stream()
                        .map(finding -> String.join(
                                "  ", finding.severity().label(), finding.amount(), finding.object(), finding.detail()))
                        .filter(line -> !line.contains("sessions of other roles"))
                        .toList(),
                wanted,
                check);
    }

    private static List<String> once(Supplier<List<String>> look, Predicate<List<String>> wanted, Check check) {
        AtomicReference<List<String>> findings = new AtomicReference<>(List.of());
        Await.until(
                () -> {
                    findings.set(look.get());
                    return wanted.test(findings.get());
                },
                () -> "other findings of " + check.name() + " than " + findings);
        return findings.get();
    }
}
