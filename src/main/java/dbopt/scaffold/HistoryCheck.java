package dbopt.scaffold;

import static java.util.stream.Collectors.toMap;

import dbopt.bundled.BundledSql;
import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.history.LocalMigrations;
import dbopt.history.MigrationMatch;
import dbopt.project.ScriptNaming.Kind;
import dbopt.scaffold.MigrationFolder.Script;
import dbopt.scaffold.SchemaHistory.Row;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resolver.ResolvedMigrationImpl;
import org.flywaydb.core.internal.resource.filesystem.FileSystemResource;
import org.flywaydb.core.internal.schemahistory.BaseAppliedMigration;

/** Checks that a folder holds the migrations of a database: those that its schema history records as applied. */
final class HistoryCheck {
    /** The callback of Flyway that checks a database without a schema history. */
    private static final String OF_THE_TABLES = "beforeBaseline.sql";

    /** The SQL state that the callback raises in a database that lacks the migrations' tables. */
    private static final String UNDEFINED_TABLE = "42P01";

    private HistoryCheck() {}

    /**
     * Refuses a folder of other migrations, listing every difference. If the schema history has no applied migration, the
     * tables that the migrations work on decide, provided that the folder has the callback that lists them.
     *
     * @throws CommandFailure if an applied migration is missing from the folder or is another one there, or if the migrations
     *     are for another database
     */
    static void require(MigrationFolder folder, SchemaHistory history, Connection database) {
        List<Row> applied = history.applied();
        if (applied.isEmpty()) {
            requireTables(folder, database);
        }
        Map<MigrationVersion, Script> migrations = folder.scripts().stream()
                .filter(script -> script.kind() == Kind.MIGRATION)
                .collect(toMap(Script::version, script -> script, (first, second) -> first, TreeMap::new));
        if (migrations.isEmpty() && !applied.isEmpty()) {
            throw refused(
                    "%s holds no migrations, but the schema history %s has %d applied, the last %s.\nNothing was written. Name the folder that holds them: --scaffold DIR"
                            .formatted(
                                    folder.migrations(),
                                    history.name(),
                                    applied.size(),
                                    TerminalText.line(
                                            applied.get(applied.size() - 1).script())));
        }
        List<String> differences = differences(applied, migrations, folder);
        if (!differences.isEmpty()) {
            throw refused(
                    "%s does not hold the migrations that this database has applied (schema history %s):\n%s\nNothing was written. Name the folder of this database's own migrations, fetch what others have added, or correct the address."
                            .formatted(folder.migrations(), history.name(), TerminalText.some(differences)));
        }
    }

    /** Runs the callback that checks the tables. A callback with any other text is not run, since its effect is unknown. */
    private static void requireTables(MigrationFolder folder, Connection database) {
        Path callback = folder.callbacks().resolve(OF_THE_TABLES);
        try {
            String check = BundledSql.ofClassPath().read("db/callback/" + OF_THE_TABLES);
            if (!Files.isRegularFile(callback) || !BoundedFile.text(callback).equals(check)) {
                return;
            }
            try (Statement statement = database.createStatement()) {
                statement.execute(check);
            }
        } catch (SQLException e) {
            ServerError error = ServerError.of(e);
            if (!error.sqlState().equals(UNDEFINED_TABLE)) {
                throw new CommandFailure(
                        CommandFailure.Kind.UNREACHABLE,
                        "Nothing was written: whether the migrations in %s are this database's is unknown (%s)."
                                .formatted(folder.migrations(), error.message()),
                        e);
            }
            throw refused(
                    "%s%s\nNothing was written: the migrations in %s are not this database's. Name the folder of its own, --scaffold DIR, or correct the address."
                            .formatted(
                                    error.message(),
                                    error.detail()
                                            .map(missing -> ":\n"
                                                    + TerminalText.some(
                                                            missing.lines().toList()))
                                            .orElse("."),
                                    folder.migrations()));
        } catch (IOException e) {
            throw refused(
                    "Nothing was written: whether the migrations in %s are this database's is unknown, because %s cannot be read (%s)."
                            .formatted(folder.migrations(), callback, FileProblem.of(e)));
        }
    }

    private static List<String> differences(
            List<Row> applied, Map<MigrationVersion, Script> migrations, MigrationFolder folder) {
        LocalMigrations local = LocalMigrations.of(
                migrations.values().stream()
                        .map(script -> resolved(script, folder.flyway()))
                        .toList(),
                folder.flyway());
        Optional<MigrationVersion> squashed = folder.scripts().stream()
                .filter(script -> script.kind() == Kind.BASELINE)
                .map(Script::version)
                .max(MigrationVersion::compareTo);
        MigrationVersion newest =
                migrations.keySet().stream().max(MigrationVersion::compareTo).orElse(MigrationVersion.EMPTY);
        List<String> differences = new ArrayList<>();
        for (Row row : applied) {
            MigrationMatch match = local.match(row(row));
            boolean isFine =
                    switch (match.verdict()) {
                        case SAME -> true;
                        case EDITED, RENAMED -> !local.isValidated();
                            // what others have added since must be fetched first, though Flyway ignores it
                        case ABSENT -> (row.version().compareTo(newest) < 0 && local.mayBeAbsent(match.applied()))
                                || squashed.filter(version -> version.compareTo(row.version()) >= 0)
                                        .isPresent();
                        case ANOTHER, OF_ANOTHER_TYPE -> false;
                    };
            if (!isFine) {
                differences.add(match.difference());
            }
        }
        return differences;
    }

    private static AppliedMigration row(Row row) {
        return new BaseAppliedMigration(
                row.rank(),
                row.version(),
                row.description(),
                row.type(),
                row.script(),
                row.checksum(),
                null,
                null,
                0,
                row.success());
    }

    private static ResolvedMigration resolved(Script script, Configuration flyway) {
        Path file = script.file();
        boolean isJava = file.toString().matches(".*\\.(java|kt)");
        Integer checksum = isJava
                ? null
                : ChecksumCalculator.calculate(new FileSystemResource(
                        null, file.toString(), flyway.getEncoding(), flyway.isDetectEncoding(), false));
        return new ResolvedMigrationImpl(
                script.version(),
                script.description(),
                file.getFileName().toString(),
                checksum,
                null,
                isJava ? CoreMigrationType.JDBC : CoreMigrationType.SQL,
                file.toString(),
                null);
    }

    private static CommandFailure refused(String message) {
        return new CommandFailure(CommandFailure.Kind.USAGE, message);
    }
}
