package dbopt.terminal;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes reports for programs as JSON: each report is a record, and the record's components, in their order, are the fields. */
public final class JsonText {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonText() {}

    /** Returns the record as an indented JSON object. An empty {@code Optional} becomes {@code null}. */
    public static String of(Record report) {
        return MAPPER.writeValueAsString(report);
    }

    /** Returns the mapper that writes such records, for output that consists of several. */
    public static JsonMapper mapper() {
        return MAPPER;
    }
}
