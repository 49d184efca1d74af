package dbopt.health;

import dbopt.bundled.PageTemplate;

/** The report as one page that loads nothing from the network; everything from the database is escaped by the template. */
final class HealthHtmlReport {
    private HealthHtmlReport() {}

    static String of(HealthReport report, History history) {
        return PageTemplate.filled("health", PageModel.of(report, history));
    }
}
