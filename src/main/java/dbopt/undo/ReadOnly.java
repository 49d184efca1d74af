package dbopt.undo;

import dbopt.history.ScriptResources;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;

/** Makes a configuration for reading only: no callback of any kind runs, and every connection refuses to write. */
final class ReadOnly {
    private ReadOnly() {}

    static Configuration of(Configuration configuration) {
        return new FluentConfiguration(configuration.getClassLoader())
                .configuration(configuration)
                .skipDefaultCallbacks(true)
                .callbacks(new Callback[0])
                .resourceProvider(new SqlOnly(ScriptResources.of(configuration)))
                .dataSource(readOnly(configuration.getDataSource()));
    }

    private static DataSource readOnly(DataSource dataSource) {
        return (DataSource) Proxy.newProxyInstance(
                ReadOnly.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(dataSource, arguments);
                    return result instanceof Connection connection ? readOnly(connection) : result;
                });
    }

    private static Connection readOnly(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = on");
        }
        return connection;
    }

    /** Hides scripts in other languages than SQL, which Flyway would run as callbacks. */
    private record SqlOnly(ResourceProvider resources) implements ResourceProvider {
        @Override
        public LoadableResource getResource(String name) {
            return resources.getResource(name);
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return Arrays.asList(suffixes).contains("") ? List.of() : resources.getResources(prefix, suffixes);
        }
    }
}
