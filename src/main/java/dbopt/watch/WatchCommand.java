package dbopt.watch;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.DurationConverter;
import dbopt.commandline.ReportFormat;
import dbopt.commandline.Target;
import dbopt.effects.Bounds;
import dbopt.effects.Effects;
import dbopt.project.ProgressLog;
import dbopt.server.DatabaseAddress;
import dbopt.server.ReadableText;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import dbopt.undo.UndoTask;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dbopt watch}: judges the drops of indexes by what the application did afterwards. */
@Command(
        name = "watch",
        description = {
            "Compare what the application did before and after each index was dropped, from the observations of dbopt observe.",
            "The verdict is better, the same, worse, or too early to tell; blocks decide, not time. Reads only, unless --undo is given."
        },
        mixinStandardHelpOptions = true)
public final class WatchCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FINDINGS = 1;

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Parameters(paramLabel = "FILE", description = "File of observations.")
    private Path file;

    @Option(
            names = "--since",
            paramLabel = "VERSION",
            description = "Only drops by this migration and later ones, however long ago.")
    private Optional<String> since = Optional.empty();

    @Option(
            names = "--days",
            paramLabel = "DAYS",
            defaultValue = "" + Effects.WATCHED_DAYS,
            description = "How many days a drop is watched. Default: ${DEFAULT-VALUE}.")
    private int days;

    @Option(
            names = "--at-least",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description =
                    "How long a drop must have been observed before and after; what is worse is reported sooner. Default: ${DEFAULT-VALUE}.")
    private Duration atLeast;

    @Option(
            names = "--bound",
            paramLabel = "TIMES",
            defaultValue = "1.25",
            description = "Up to this many times the blocks a call count as the same. Default: ${DEFAULT-VALUE}.")
    private double bound;

    @Option(
            names = "--fail-on",
            paramLabel = "worse|unknown",
            description = "Exit with 1 if a drop made something worse; with unknown, also if that is not known.")
    private Optional<WatchFailOn> failOn = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "text|json|html",
            defaultValue = "text",
            description = "Format of the report. Default: ${DEFAULT-VALUE}.")
    private ReportFormat format;

    @Option(
            names = "--undo",
            description =
                    "Undo what is worse, as dbopt undo --target does: back to the oldest such migration, newest first.")
    private boolean undo;

    public WatchCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        requireSense();
        Optional<MigrationVersion> from = since.map(WatchCommand::version);
        ProgressLog.install(context.terminal());
        Effects effects = Effects.read(file, new Bounds(bound, atLeast), context.terminal()::progress);
        try (Target target = connection.open(context, false, context.terminal()::progress)) {
            requireSame(effects, target.address());
            WatchReport report = report(effects, target.address(), from);
            context.terminal()
                    .result(
                            switch (format) {
                                case TEXT -> WatchTextReport.of(report);
                                case JSON -> WatchJsonReport.of(report);
                                case HTML -> WatchHtmlReport.of(report);
                            });
            if (undo) {
                takeBack(report, target.address());
            }
            return failOn.filter(limit -> report.drops().stream().anyMatch(drop -> limit.fails(drop.outcome())))
                            .isPresent()
                    ? FINDINGS
                    : DONE;
        }
    }

    private void requireSense() {
        if (!(bound >= 1)) {
            throw new CommandFailure(CommandFailure.Kind.USAGE, "--bound must be at least 1. Nothing was changed.");
        }
        if (days < 1) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--days must be a whole number of days, at least 1, not " + days + ".\nNothing was changed.");
        }
    }

    /** Refuses observations of another database: they are no reason to change this one. */
    private void requireSame(Effects effects, DatabaseAddress address) {
        try (Connection asked = address.connect("dbopt watch");
                Statement statement = asked.createStatement();
                ResultSet row = statement.executeQuery(context.sql().query("db/audit/cluster.sql"))) {
            row.next();
            String cluster = row.getString("cluster");
            String database = ReadableText.required(row, "database").text();
            if (!cluster.equals(effects.cluster()) || !database.equals(effects.database())) {
                throw new CommandFailure(
                        CommandFailure.Kind.USAGE,
                        "%s holds observations of cluster %s, database %s; this is cluster %s, database %s.\nNothing was changed. Give the file of this one, which dbopt observe writes."
                                .formatted(
                                        file,
                                        effects.cluster(),
                                        TerminalText.line(effects.database()),
                                        cluster,
                                        TerminalText.line(database)));
            }
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    private static MigrationVersion version(String text) {
        try {
            return MigrationVersion.fromVersion(text.replaceFirst("^[Vv](?=[0-9])", ""));
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--since " + text + " is not the version of a migration, such as 3.\nNothing was changed.",
                    e);
        }
    }

    /** Judges the drops. Without the right to read the schema history, drops have no version, and a note says why. */
    private WatchReport report(Effects effects, DatabaseAddress address, Optional<MigrationVersion> from) {
        List<String> notes = new ArrayList<>();
        AppliedDrops applied = AppliedDrops.none();
        try {
            applied = AppliedDrops.read(connection.project(context), address);
        } catch (CommandFailure e) {
            if (undo || from.isPresent()) {
                throw e;
            }
            notes.add("The versions are not known: "
                    + e.getMessage().lines().findFirst().orElse("the schema history cannot be read"));
        }
        List<WatchedDrop> drops = (from.isPresent() ? effects.indexes() : effects.ofLast(days))
                .stream()
                        .map(applied::of)
                        .filter(drop -> from.isEmpty()
                                || drop.migration()
                                        .filter(known -> known.version().compareTo(from.get()) >= 0)
                                        .isPresent())
                        .toList();
        String asked = from.map(version -> "by V" + version + " or later")
                .orElse("in the " + days + " days before the last observation (--days)");
        return new WatchReport(effects, drops, asked, notes, Instant.now());
    }

    private void takeBack(WatchReport report, DatabaseAddress address) {
        report.worseOfNobody().forEach(drop -> context.terminal()
                .progress("Not undone, because no applied migration here dropped it: "
                        + drop.effect().lost().title()
                        + ". Its definition: "
                        + drop.effect().lost().index().definition()));
        Optional<MigrationVersion> oldest = report.oldestWorse();
        if (oldest.isEmpty()) {
            context.terminal().progress("No drop that made something worse can be undone. Nothing was changed.");
            return;
        }
        UndoTask task =
                new UndoTask(connection.project(context), address, context.terminal(), "dbopt watch --undo", oldest);
        context.terminal()
                .progress(task.run(plan -> WayBack.require(plan, oldest.get())).message());
    }
}
