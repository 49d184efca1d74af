package dbopt.info;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.fleet.Fleet;
import dbopt.fleet.FleetOptions;
import dbopt.fleet.FleetReport;
import dbopt.info.InfoJsonReport.Found;
import dbopt.project.FlywaySession;
import dbopt.project.ProgressLog;
import dbopt.project.RequiredRights;
import dbopt.project.SchemaConfigurations;
import dbopt.project.ScriptLinter;
import dbopt.schemas.SchemaCommand;
import dbopt.schemas.SchemaOptions;
import dbopt.schemas.SchemaOutcome;
import dbopt.server.DatabaseAddress;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code dbopt info}: shows the state of the migrations. */
@Command(
        name = "info",
        description = "Show which migrations are applied, pending or undone. Changes nothing.",
        mixinStandardHelpOptions = true)
public final class InfoCommand implements Callable<Integer> {
    private static final String COMMAND = "dbopt info";

    private final CommandContext context;

    /** The format of the report. */
    enum Format {
        TEXT,
        JSON;

        /** The format's name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private SchemaOptions schemas;

    @Mixin
    private FleetOptions databases = new FleetOptions();

    @Option(names = "--all", description = "Show every entry of the schema history, not only the last of each version.")
    private boolean all;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Format of the report. Default: ${DEFAULT-VALUE}.")
    private Format format;

    public InfoCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        schemas.require();
        if (!schemas.isGiven()) {
            Optional<Fleet> fleet = databases.fleet(context, connection, List.of("--format"));
            if (fleet.isPresent()) {
                return ofMany(fleet.get());
            }
        } else if (databases.isGiven()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--schemas works on one database; --databases, with --parallel, works on many: use only one of them.\nNothing was done.");
        }
        if (schemas.isGiven() && all && format == Format.TEXT) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The table of many schemas shows only their states; for every entry, add --format json to --all.\nNothing was changed.");
        }
        try (Target target = connection.open(
                context, true, format == Format.JSON ? context.terminal()::progress : context.terminal()::result)) {
            return schemas.isGiven() ? infoOfEach(target) : info(target);
        }
    }

    private Integer ofMany(Fleet fleet) {
        ProgressLog.install(context.terminal());
        FleetReport<HistoryReport> found = fleet.ask(one -> info(one.address()), new HistorySummary());
        context.terminal().result(found.text(report -> report.text(all)));
        return found.exitCode(report -> false);
    }

    private int info(Target target) {
        ProgressLog.install(context.terminal());
        HistoryReport report = info(target.address());
        context.terminal()
                .result(
                        format == Format.JSON
                                ? InfoJsonReport.text(
                                        target.display(),
                                        List.of(new Found(Optional.empty(), Optional.of(report), Optional.empty())),
                                        all)
                                : report.text(all));
        return 0;
    }

    private HistoryReport info(DatabaseAddress address) {
        String applicationName = COMMAND + " " + ProcessHandle.current().pid();
        FluentConfiguration configuration = connection.project(context).flyway(address, applicationName);
        ScriptLinter.require(configuration);
        requireServer(address);
        try (Connection database = address.connect("dbopt")) {
            return report(address, database, configuration, applicationName);
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private int infoOfEach(Target target) {
        SchemaConfigurations configurations = connection.project(context).flywayOfSchemas();
        ScriptLinter.require(configurations.all());
        requireServer(target.address());
        Map<String, HistoryReport> reports = new ConcurrentHashMap<>();
        List<SchemaOutcome> outcomes = new SchemaCommand(
                        COMMAND, target.address(), schemas, configurations, context.terminal())
                .look((one, terminal) -> {
                    reports.put(
                            one.schema(),
                            report(target.address(), one.connection(), one.configuration(), one.applicationName()));
                    return SchemaOutcome.unchanged(one.schema(), "");
                });
        context.terminal()
                .result(
                        format == Format.JSON
                                ? InfoJsonReport.text(target.display(), found(outcomes, reports), all)
                                : states(outcomes, reports).text());
        boolean isKnown = outcomes.stream().allMatch(outcome -> outcome.is(SchemaOutcome.State.UNCHANGED));
        return isKnown ? 0 : CommandFailure.Kind.FAILED.exitCode();
    }

    private static List<Found> found(List<SchemaOutcome> outcomes, Map<String, HistoryReport> reports) {
        return outcomes.stream()
                .map(outcome -> new Found(
                        Optional.of(outcome.schema()),
                        Optional.ofNullable(reports.get(outcome.schema())),
                        Optional.of(outcome.text()).filter(problem -> !problem.isEmpty())))
                .toList();
    }

    private static SchemaStates states(List<SchemaOutcome> outcomes, Map<String, HistoryReport> reports) {
        Map<String, HistoryState> states = new LinkedHashMap<>();
        outcomes.forEach(outcome -> states.put(
                outcome.schema(),
                Optional.ofNullable(reports.get(outcome.schema()))
                        .map(HistoryState::of)
                        .orElseGet(() -> HistoryState.unknown(outcome.text()))));
        return new SchemaStates(states);
    }

    private static void requireServer(DatabaseAddress address) {
        try (Connection database = address.connect("dbopt")) {
            FlywaySession.require(database, address, COMMAND);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    private HistoryReport report(
            DatabaseAddress address, Connection database, FluentConfiguration configuration, String applicationName) {
        try (InterruptHandler ignored =
                InterruptHandler.onInterrupt(() -> LockWatch.cancel(address, applicationName))) {
            RequiredRights.requireHistory(database, configuration, connection.project(context), COMMAND, false);
            return HistoryReport.of(configuration, configuration.load().info().all());
        } catch (FlywayException e) {
            throw new CommandFailure(CommandFailure.Kind.FAILED, reason(e), e);
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static CommandFailure unreachable(SQLException e) {
        return new CommandFailure(
                CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
    }

    private static String reason(FlywayException e) {
        return InterruptHandler.interrupted()
                ? "You interrupted it: which migrations are applied is unknown. Nothing was changed."
                : "The schema history cannot be read: " + e.getMessage();
    }
}
