package dbopt.entrypoints;

import dbopt.CommandRun;
import dbopt.FlywayCommandLine;
import dbopt.FlywayRun;
import dbopt.MavenFlyway;
import dbopt.TestDatabase;
import dbopt.project.MigrationProject;
import java.nio.file.Path;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** A way to run Flyway's commands on the project. All of them read {@code db/flyway.conf}. */
enum EntryPoint {
    MAVEN("mvn flyway:migrate") {
        @Override
        FlywayRun run(Path project, TestDatabase database, String... commands) {
            return MavenFlyway.run(
                    project,
                    database,
                    Arrays.stream(commands).map(command -> "flyway:" + command).toArray(String[]::new));
        }
    },
    COMMAND_LINE("flyway migrate") {
        @Override
        FlywayRun run(Path project, TestDatabase database, String... commands) {
            return FlywayCommandLine.stock().run(project, database, commands);
        }
    },
    JAVA("Flyway.migrate()") {
        @Override
        FlywayRun run(Path project, TestDatabase database, String... commands) {
            return inJava(project, database, commands);
        }
    },
    /** dbopt has no validate and no repair: for these, the test uses Flyway itself. */
    DBOPT("dbopt migrate") {
        @Override
        FlywayRun run(Path project, TestDatabase database, String... commands) {
            StringBuilder output = new StringBuilder();
            for (String command : commands) {
                FlywayRun run = command.matches("migrate|info")
                        ? inDbopt(project, database, command)
                        : inJava(project, database, command);
                output.append(run.output());
                if (run.exitCode() != 0) {
                    return new FlywayRun(run.exitCode(), output.toString());
                }
            }
            return new FlywayRun(0, output.toString());
        }
    };

    private final String name;

    EntryPoint(String name) {
        this.name = name;
    }

    /** Runs the commands one after the other, up to the first that fails. */
    abstract FlywayRun run(Path project, TestDatabase database, String... commands);

    @Override
    public String toString() {
        return name;
    }

    private static FlywayRun inDbopt(Path project, TestDatabase database, String command) {
        CommandRun run = CommandRun.in(project, database, command);
        return new FlywayRun(run.exitCode(), run.output() + run.error());
    }

    private static FlywayRun inJava(Path project, TestDatabase database, String... commands) {
        Flyway flyway = MigrationProject.find(project, null)
                .flyway()
                .dataSource(database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD)
                .load();
        try {
            for (String command : commands) {
                switch (command) {
                    case "migrate" -> flyway.migrate();
                    case "info" -> flyway.info();
                    case "validate" -> flyway.validate();
                    case "repair" -> flyway.repair();
                    default -> throw new IllegalArgumentException(command);
                }
            }
            return new FlywayRun(0, "");
        } catch (FlywayException e) {
            return new FlywayRun(1, e.getMessage());
        }
    }
}
