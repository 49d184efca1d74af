package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.fleet.Fleet;
import dbopt.fleet.FleetOptions;
import dbopt.fleet.FleetReport;
import dbopt.project.FlywaySession;
import dbopt.project.ProgressLog;
import dbopt.project.RequiredRights;
import dbopt.project.ScriptLinter;
import dbopt.server.DatabaseAddress;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dbopt info}. */
@Command(
        name = "info",
        description = "Tells which migrations are applied, pending or undone; changes nothing.",
        mixinStandardHelpOptions = true)
public final class InfoCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private FleetOptions databases = new FleetOptions();

    @Option(names = "--all", description = "every entry of the schema history, not only the last of each version")
    private boolean all;

    public InfoCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        Optional<Fleet> fleet = databases.fleet(context, connection, List.of());
        ProgressLog.install(context.terminal());
        if (fleet.isPresent()) {
            return ofMany(fleet.get());
        }
        try (Target target = connection.open(context, true, context.terminal()::result)) {
            context.terminal().result(info(target.address()).text(all));
            return 0;
        }
    }

    private Integer ofMany(Fleet fleet) {
        FleetReport<HistoryReport> found = fleet.ask(one -> info(one.address()), new HistorySummary());
        context.terminal().result(found.text(report -> report.text(all)));
        return found.exitCode(report -> false);
    }

    private HistoryReport info(DatabaseAddress address) {
        String applicationName = "dbopt info " + ProcessHandle.current().pid();
        FluentConfiguration configuration = connection.project(context).flyway(address, applicationName);
        ScriptLinter.require(configuration);
        try (InterruptHandler ignored = InterruptHandler.onInterrupt(() -> LockWatch.cancel(address, applicationName));
                Connection database = address.connect("dbopt")) {
            FlywaySession.require(database, address, "dbopt info");
            RequiredRights.requireHistory(database, configuration, connection.project(context), "dbopt info", false);
            return HistoryReport.of(configuration, configuration.load().info().all());
        } catch (FlywayException e) {
            throw new CommandFailure(CommandFailure.Kind.FAILED, reason(e), e);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    private static String reason(FlywayException e) {
        return InterruptHandler.interrupted()
                ? "You interrupted it: which migrations are applied is unknown. Nothing was changed."
                : "The schema history cannot be read: " + e.getMessage();
    }
}
