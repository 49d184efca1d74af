package dbopt.health;

import static java.util.Comparator.comparingLong;

import dbopt.fleet.FleetView;
import java.util.Comparator;

/**
 * The line that sums up the health of one of many databases. Databases with the most critical findings come first, then
 * those with the most warnings.
 */
final class HealthSummary implements FleetView<HealthReport> {
    @Override
    public String verdict(HealthReport report) {
        return report.verdict();
    }

    @Override
    public Comparator<HealthReport> worstFirst() {
        return comparingLong((HealthReport report) -> -report.count(Severity.CRITICAL))
                .thenComparingLong(report -> -report.count(Severity.WARNING))
                .thenComparingLong(report -> -report.count(Severity.UNKNOWN));
    }
}
