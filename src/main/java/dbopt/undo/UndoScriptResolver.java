package dbopt.undo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.resource.ResourceName;
import org.flywaydb.core.internal.resource.ResourceNameParser;

/** Finds the undo scripts in Flyway's locations. */
public final class UndoScriptResolver implements MigrationResolver {
    @Override
    public Collection<ResolvedMigration> resolveMigrations(Context flyway) {
        ResourceNameParser parser = new ResourceNameParser(flyway.configuration);
        List<ResolvedMigration> scripts = new ArrayList<>();
        for (LoadableResource resource : flyway.resourceProvider.getResources(
                UndoResourceType.PREFIX, flyway.configuration.getSqlMigrationSuffixes())) {
            ResourceName name = parser.parse(resource.getFilename());
            if (name.isValid() && UndoResourceType.PREFIX.equals(name.getPrefix())) {
                scripts.add(UndoScript.read(resource, name, flyway));
            }
        }
        return scripts;
    }
}
