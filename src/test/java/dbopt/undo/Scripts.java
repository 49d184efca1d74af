package dbopt.undo;

import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/** A made-up Flyway project in a folder, and its configuration for a database. */
record Scripts(Path folder) {
    /** Writes a script of one or more lines of SQL. */
    Scripts with(String name, String... lines) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, String.join("\n", lines) + "\n");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Migrations that create the tables t1, t2, ... and the scripts that drop them. */
    Scripts tables(int count) {
        for (int version = 1; version <= count; version++) {
            with("V%d__create_t%d.sql".formatted(version, version), "create table t%d (id int);".formatted(version));
            with("U%d__create_t%d.sql".formatted(version, version), "drop table t%d;".formatted(version));
        }
        return this;
    }

    FluentConfiguration on(TestDatabase database) {
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD)
                .locations("filesystem:" + folder)
                .validateMigrationNaming(true);
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration;
    }
}
