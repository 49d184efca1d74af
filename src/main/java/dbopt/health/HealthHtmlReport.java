package dbopt.health;

import dbopt.bundled.PageTemplate;
import dbopt.fleet.FleetReport;

/** The report as one page that loads nothing from the network. The template escapes all text from the database. */
final class HealthHtmlReport {
    private HealthHtmlReport() {}

    static String of(HealthReport report, History history) {
        return PageTemplate.filled("health", PageModel.of(report, history));
    }

    /** Returns the page of many databases. */
    static String of(FleetReport<HealthReport> reports) {
        return PageTemplate.filled("databases", PageModel.of(reports));
    }
}
