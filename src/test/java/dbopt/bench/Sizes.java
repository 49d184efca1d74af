package dbopt.bench;

import dbopt.project.MigrationProject;
import java.sql.SQLException;
import java.util.List;

/** The audit's tables of sizes next to the measured ones. The audit's figures are multiplied by the scale. */
final class Sizes {
    private Sizes() {}

    static void measure(BenchServer server, MigrationProject project, double scale, BenchmarkReport report)
            throws SQLException {
        String[] queries = project.read("db/sample/sizes.sql").split(";\n", -1);
        String audit = scale == 1 ? "the audit" : "the audit, times " + scale;
        for (List<String> table : server.rows(BenchServer.AUDITED, queries[0])) {
            report.row("Sizes", table.get(0) + ", data", number(table, 3), audit, scale * number(table, 4), "MB");
            report.row("Sizes", table.get(0) + ", indexes", number(table, 5), audit, scale * number(table, 6), "MB");
        }
        for (List<String> index : server.rows(BenchServer.AUDITED, queries[1])) {
            boolean all = index.get(3) == null;
            report.row(
                    "The six indexes",
                    all ? "freed by dropping all six" : index.get(0),
                    number(index, 1),
                    audit,
                    scale * number(index, 2),
                    "MB");
        }
    }

    private static double number(List<String> row, int column) {
        return row.get(column) == null ? Double.NaN : Double.parseDouble(row.get(column));
    }
}
