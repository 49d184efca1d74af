package dbopt.terminal;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reports for programs: each a record whose components, in their order, are the fields. */
public final class JsonText {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonText() {}

    /** The record as an indented object. An empty {@code Optional} is {@code null}. */
    public static String of(Record report) {
        return MAPPER.writeValueAsString(report);
    }

    /** What writes such records one after the other. */
    public static JsonMapper mapper() {
        return MAPPER;
    }
}
