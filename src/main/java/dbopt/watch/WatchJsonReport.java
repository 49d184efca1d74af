package dbopt.watch;

import dbopt.effects.Counted;
import dbopt.effects.IndexEffect;
import dbopt.effects.StatementEffect;
import dbopt.effects.TableWork;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The watch for programs: one object. */
final class WatchJsonReport {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private WatchJsonReport() {}

    static String of(WatchReport report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("from", report.effects().first().toString());
        object.put("to", report.effects().last().toString());
        object.put("drops", report.drops().stream().map(WatchJsonReport::drop).toList());
        object.put("notes", report.notes());
        return MAPPER.writeValueAsString(object);
    }

    private static Map<String, Object> drop(WatchedDrop drop) {
        IndexEffect effect = drop.effect();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(
                "version",
                drop.migration().map(known -> known.version().toString()).orElse(null));
        object.put("schema", effect.lost().index().schema());
        object.put("table", effect.lost().index().table());
        object.put("index", effect.lost().index().index());
        object.put("verdict", effect.outcome().code());
        object.put("why", effect.why());
        object.put("ready", effect.ready().map(Instant::toString).orElse(null));
        object.put("lastSeen", effect.lost().primary().lastSeen().toString());
        object.put("missed", effect.lost().primary().missed().toString());
        object.put("back", effect.lost().primary().back().map(Instant::toString).orElse(null));
        object.put("definition", effect.lost().index().definition());
        object.put("sizeBytes", effect.lost().index().bytes());
        object.put("undo", drop.undo().orElse(null));
        object.put("undoSeconds", drop.build().toSeconds());
        object.put("canWait", drop.canWait());
        object.put("extraShareOfBlocks", effect.extraShare());
        object.put("tableBefore", table(effect.before()));
        object.put("tableAfter", table(effect.after()));
        object.put("indexScansAnHourBefore", effect.scansBefore());
        object.put("indexScansAnHourAfter", effect.scansAfter());
        object.put(
                "statements",
                effect.statements().stream().map(WatchJsonReport::statement).toList());
        object.put("notes", effect.notes());
        return object;
    }

    private static Map<String, Object> table(TableWork work) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("hours", work.hours());
        object.put("sequentialScansAnHour", work.sequentialScansAnHour());
        object.put("rowsReadAnHour", work.rowsReadAnHour());
        object.put("rowsReadAWrite", work.rowsReadAWrite());
        return object;
    }

    private static Map<String, Object> statement(StatementEffect statement) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("text", statement.name().text());
        object.put("role", statement.name().role());
        object.put("verdict", statement.outcome().code());
        object.put("times", statement.times());
        object.put("before", counted(statement.before()));
        object.put("after", counted(statement.after()));
        object.put("again", statement.again().map(WatchJsonReport::counted).orElse(null));
        return object;
    }

    private static Map<String, Object> counted(Counted counted) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("calls", counted.calls());
        object.put("blocksACall", counted.blocksACall());
        object.put("millisecondsACall", counted.millisecondsACall());
        return object;
    }
}
