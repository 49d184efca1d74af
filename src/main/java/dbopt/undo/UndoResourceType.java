package dbopt.undo;

import java.util.List;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.extensibility.ResourceType;
import org.flywaydb.core.extensibility.ResourceTypeProvider;
import org.flywaydb.core.internal.util.Pair;

/** Registers the prefix of undo scripts with Flyway, so that Flyway accepts their names. */
public final class UndoResourceType implements ResourceTypeProvider, ResourceType {
    static final String PREFIX = "U";

    @Override
    public List<Pair<String, ResourceType>> getPrefixTypePairs(Configuration configuration) {
        return List.of(Pair.of(PREFIX, this));
    }

    @Override
    public boolean isVersioned() {
        return true;
    }

    @Override
    public String getDisplayName() {
        return "undo script";
    }
}
