package dbopt.health;

final class HtmlReport {
    private HtmlReport() {}

    static String of(Report report, History history) {
        return report.toString() + history;
    }
}
