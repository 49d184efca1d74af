package dbopt.undo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.FlywayTelemetryManager;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;
import org.flywaydb.core.api.output.OperationResult;
import org.flywaydb.core.extensibility.CommandExtension;
import org.flywaydb.core.internal.configuration.models.ConfigurationModel;
import org.flywaydb.core.internal.configuration.models.EnvironmentModel;
import org.flywaydb.core.internal.configuration.models.FlywayEnvironmentModel;
import org.flywaydb.core.internal.license.VersionPrinter;
import org.flywaydb.core.internal.util.Pair;

/** Handles Flyway's command {@code undo}, in place of the stub that refers to the paid edition. */
public final class UndoCommandExtension implements CommandExtension<UndoResult> {
    private static final Log LOG = LogFactory.getLog(UndoCommandExtension.class);

    @Override
    public boolean handlesCommand(String command) {
        return "undo".equals(command);
    }

    /** Accepts no flags: Flyway does not pass flags on to undo, which could only ignore them. */
    @Override
    public boolean handlesParameter(String parameter) {
        return false;
    }

    /** Returns a priority above the stub's -100. */
    @Override
    public int getPriority() {
        return 100;
    }

    @Override
    public List<Pair<String, String>> getUsage() {
        return List.of(
                Pair.of("undo", "Undoes the newest applied migration, or every migration down to the target version"));
    }

    @Override
    public UndoResult handle(Configuration configuration, List<String> flags) {
        UndoResult result = dryRunOutput(configuration.getModernConfig())
                .map(output -> dryRun(configuration, Path.of(output)))
                .orElseGet(() -> Undo.of(configuration).run(new LoggingListener()));
        result.message().lines().forEach(LOG::info);
        return result;
    }

    /** Runs the undo; this is the signature that Flyway 11 calls. */
    public OperationResult handle(String command, Configuration configuration, List<String> flags) {
        return handle(configuration, flags);
    }

    /** Refuses the undo; this is the signature that earlier versions call, which lacks information that an undo needs. */
    @SuppressWarnings("DoNotCallSuggester") // Flyway calls it
    public OperationResult handle(
            String command, Configuration configuration, List<String> flags, FlywayTelemetryManager telemetry) {
        throw new UndoRefusedException(
                "Undo needs Flyway 11.14 or later, and this is Flyway %s. Nothing was changed.\nThe other commands run beside the plugin. Run undo with a newer Flyway: the same project and schema history will do."
                        .formatted(VersionPrinter.getVersion()));
    }

    /**
     * Returns the file that the setting {@code dryRunOutput} names. Open-source Flyway knows the setting and ignores it
     * wherever it does not refuse it, for example in TOML.
     */
    private static Optional<String> dryRunOutput(ConfigurationModel model) {
        EnvironmentModel environment =
                model.getEnvironments().get(model.getFlyway().getEnvironment());
        return Stream.of(environment == null ? null : environment.getFlyway(), model.getFlyway())
                .filter(Objects::nonNull)
                .map(FlywayEnvironmentModel::getDryRunOutput)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static UndoResult dryRun(Configuration configuration, Path output) {
        UndoPlan plan = Undo.of(configuration).plan();
        if (plan.steps().isEmpty()) {
            return new UndoResult(List.of(), plan.note());
        }
        try {
            Files.writeString(output, plan.sql());
        } catch (IOException e) {
            throw new UndoRefusedException(
                    "Cannot write the plan to %s: %s. Nothing was changed.".formatted(output, e.getMessage()));
        }
        return new UndoResult(List.of(), "Dry run: nothing was changed; what undo would run is in " + output);
    }
}
