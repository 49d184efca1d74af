package dbopt.rehearse;

import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Chooses values for the parameters of a statement from the statistics of the columns that the parameters are compared with. */
record ParameterValues(ParameterColumns columns, TemplateText template, List<String> types) {
    ParameterValues {
        types = List.copyOf(types);
    }

    /** The kind of values to choose. */
    enum Kind {
        COMMON("common values", "(s.most_common_vals::text::text[])[1]"),
        MIDDLE(
                "values in the middle",
                "(s.histogram_bounds::text::text[])[pg_catalog.cardinality(s.histogram_bounds::text::text[]) / 2 + 1]");

        private final String label;
        private final String value;

        Kind(String label, String value) {
            this.label = label;
            this.value = value;
        }

        public String label() {
            return label;
        }
    }

    private static final Pattern PAGE = Pattern.compile("(?i)\\b(limit|offset|first|next)\\s+\\$([0-9]+)");
    private static final Map<String, String> PAGE_VALUES =
            Map.of("limit", "20", "first", "20", "next", "20", "offset", "0");

    /** Returns the arguments as SQL literals; empty if a parameter has no value. */
    Optional<String> draw(Connection connection, Kind kind) throws SQLException {
        Map<Integer, String> values = new TreeMap<>();
        for (MatchResult page : PAGE.matcher(template.text()).results().toList()) {
            values.put(
                    Integer.parseInt(page.group(2)),
                    PAGE_VALUES.get(page.group(1).toLowerCase(Locale.ROOT)));
        }
        for (Map.Entry<Integer, ParameterColumns.Column> column :
                columns.columns().entrySet()) {
            literal(connection, kind, column.getValue())
                    .ifPresent(value ->
                            values.put(column.getKey(), column.getValue().array() ? "array[" + value + "]" : value));
        }
        Set<Integer> named = template.parameters();
        StringBuilder arguments = new StringBuilder();
        for (int number = 1; number <= types.size(); number++) {
            if (named.contains(number) && !values.containsKey(number)) {
                return Optional.empty();
            }
            arguments
                    .append(number == 1 ? "" : ", ")
                    .append(values.getOrDefault(number, "null"))
                    .append("::")
                    .append(types.get(number - 1));
        }
        return Optional.of(arguments.toString());
    }

    /**
     * Returns a value of the column as a literal. A column without common values gives one from the middle instead, and the
     * other way round.
     */
    private static Optional<String> literal(Connection connection, Kind kind, ParameterColumns.Column column)
            throws SQLException {
        Kind other = kind == Kind.COMMON ? Kind.MIDDLE : Kind.COMMON;
        return Rows.first(
                connection,
                "select pg_catalog.quote_literal(coalesce("
                        + kind.value + ", " + other.value
                        + ")) from pg_catalog.pg_stats s where s.schemaname = ? and s.tablename = ? and s.attname = ? order by s.inherited desc",
                row -> row.getString(1),
                column.schema(),
                column.table(),
                column.name());
    }
}
