package dbopt.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The changes of the objects of one kind from one observation to the next: a new object is recorded whole, and of any other
 * only the fields that changed.
 */
final class Changes<T> {
    private static final String ID = "id";

    private final JsonMapper json;
    private final Class<T> kind;
    private final Function<T, ?> id;

    Changes(JsonMapper json, Class<T> kind, Function<T, ?> id) {
        this.json = json;
        this.kind = kind;
        this.id = id;
    }

    /** Returns the objects by their id. */
    Map<String, T> byId(List<T> objects) {
        Map<String, T> found = new LinkedHashMap<>();
        objects.forEach(object -> found.put(String.valueOf(id.apply(object)), object));
        return found;
    }

    /** Returns the objects that are new in {@code after}, and the changed fields of those that {@code before} has too. */
    ArrayNode between(Map<String, T> before, List<T> after) {
        ArrayNode changes = json.createArrayNode();
        for (T object : after) {
            T earlier = before.get(String.valueOf(id.apply(object)));
            if (!object.equals(earlier)) {
                ObjectNode whole = json.valueToTree(object);
                changes.add(earlier == null ? whole : difference(json.valueToTree(earlier), whole));
            }
        }
        return changes;
    }

    /** Returns the ids of the objects that {@code before} has and {@code after} lacks. */
    List<String> gone(Map<String, T> before, List<T> after) {
        List<String> gone = new ArrayList<>(before.keySet());
        gone.removeAll(byId(after).keySet());
        return gone;
    }

    private static ObjectNode difference(ObjectNode before, ObjectNode after) {
        ObjectNode difference = after.deepCopy();
        for (String name : List.copyOf(after.propertyNames())) {
            if (!name.equals(ID) && after.get(name).equals(before.get(name))) {
                difference.remove(name);
            }
        }
        return difference;
    }

    /** Applies the changes to the objects of an observation, which makes them those of the next one. */
    void apply(JsonNode changes, JsonNode gone, Map<String, T> objects) {
        gone.forEach(lost -> objects.remove(lost.asString()));
        for (JsonNode change : changes) {
            String key = change.required(ID).asString();
            T earlier = objects.get(key);
            ObjectNode whole = earlier == null ? json.createObjectNode() : json.valueToTree(earlier);
            whole.setAll((ObjectNode) change);
            objects.put(key, json.treeToValue(whole, kind));
        }
    }
}
