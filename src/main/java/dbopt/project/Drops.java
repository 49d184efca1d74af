package dbopt.project;

import dbopt.guard.GuardedDrop;
import dbopt.history.ScriptResources;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.resource.ResourceName;
import org.flywaydb.core.internal.resource.ResourceNameParser;

/** The guarded drops among the migrations, read from their files: the only place that names the indexes. */
public final class Drops {
    private Drops() {}

    /** Every guarded drop of the configured locations, by version in order. */
    public static Map<MigrationVersion, GuardedDrop> of(Configuration configuration) {
        Map<MigrationVersion, GuardedDrop> drops = new TreeMap<>();
        texts(configuration)
                .forEach((version, text) -> GuardedDrop.in(text).ifPresent(drop -> drops.put(version, drop)));
        return drops;
    }

    /** The text of every versioned SQL migration, by version in order, with its placeholders replaced. */
    public static Map<MigrationVersion, String> texts(Configuration configuration) {
        Map<MigrationVersion, String> texts = new TreeMap<>();
        ResourceNameParser names = new ResourceNameParser(configuration);
        Placeholders placeholders = Placeholders.of(configuration);
        String prefix = configuration.getSqlMigrationPrefix();
        for (LoadableResource file :
                ScriptResources.of(configuration).getResources(prefix, configuration.getSqlMigrationSuffixes())) {
            ResourceName name = names.parse(file.getFilename());
            if (name.isValid() && name.getPrefix().equals(prefix)) {
                texts.put(name.getVersion(), placeholders.replaced(file));
            }
        }
        return texts;
    }
}
