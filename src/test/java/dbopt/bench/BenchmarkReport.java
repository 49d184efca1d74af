package dbopt.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Gathers the rows, and prints them as one Markdown table and as one JSON object. */
final class BenchmarkReport {
    private final Map<String, String> conditions = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /** The conditions of the measurements: the machine, the versions, the settings. */
    void condition(String name, String value) {
        conditions.put(name, value);
    }

    void row(String about, String what, double value, String beside, double besideValue, String unit) {
        rows.add(new Row(about, what, value, beside, besideValue, unit));
    }

    /** A sentence below the table. */
    void remark(String sentence) {
        remarks.add(sentence);
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        conditions.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\n| | measured | beside | beside it | ratio |\n|---|---:|---|---:|---:|\n");
        String about = "";
        for (Row row : rows) {
            if (!row.about().equals(about)) {
                about = row.about();
                text.append("| **").append(about).append("** | | | | |\n");
            }
            text.append("| %s | %s | %s | %s | %s |\n"
                    .formatted(
                            row.what(),
                            figure(row.value(), row.unit()),
                            row.beside(),
                            figure(row.besideValue(), row.unit()),
                            Double.isFinite(row.ratio()) ? String.format(Locale.ROOT, "%.2f", row.ratio()) : "-"));
        }
        remarks.forEach(remark -> text.append('\n').append(remark).append('\n'));
        return text.toString();
    }

    String json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("conditions", conditions);
        object.put("rows", rows.stream().map(BenchmarkReport::json).toList());
        object.put("remarks", remarks);
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(object);
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("about", row.about());
        object.put("what", row.what());
        object.put("value", row.value());
        object.put("beside", row.beside());
        object.put("besideValue", row.besideValue());
        object.put("unit", row.unit());
        object.put("ratio", Double.isFinite(row.ratio()) ? row.ratio() : null);
        return object;
    }

    private static String figure(double value, String unit) {
        String pattern = Math.abs(value) >= 100 ? "%,.0f %s" : Math.abs(value) >= 10 ? "%,.1f %s" : "%,.2f %s";
        return String.format(Locale.ROOT, pattern, value, unit);
    }
}
