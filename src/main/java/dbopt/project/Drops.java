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

/** Reads the guarded drops from the files of the migrations, the only place that names the dropped indexes. */
public final class Drops {
    private Drops() {}

    /** Returns every guarded drop in the configured locations, in the order of the versions. */
    public static Map<MigrationVersion, GuardedDrop> of(Configuration configuration) {
        Map<MigrationVersion, GuardedDrop> drops = new TreeMap<>();
        texts(configuration)
                .forEach((version, text) -> GuardedDrop.in(text).ifPresent(drop -> drops.put(version, drop)));
        return drops;
    }

    /** Returns the text of every versioned SQL migration, in the order of the versions, with the placeholders replaced. */
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
