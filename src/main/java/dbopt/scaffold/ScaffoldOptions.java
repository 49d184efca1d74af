package dbopt.scaffold;

import dbopt.project.MigrationProject;
import dbopt.terminal.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The options that say for which findings the audit writes scripts, and where. */
public final class ScaffoldOptions {
    @Option(
            names = "--scaffold",
            paramLabel = "DIR",
            description =
                    "Write a migration that drops the index, and an undo script that restores it, into the folder of a Flyway project: for each --index, or for every duplicate.")
    private Optional<Path> folder = Optional.empty();

    @Option(
            names = "--index",
            paramLabel = "NAME",
            description = "Index to scaffold, with or without its schema. Repeatable.")
    private List<String> indexes = List.of();

    @Option(
            names = "--accept",
            paramLabel = "CODE",
            description =
                    "With --scaffold and --index: scaffold an index that needs review. The guard accepts the difference with this code, and no other.")
    private Optional<String> accept = Optional.empty();

    @Option(
            names = "--because",
            paramLabel = "TEXT",
            description = "Why the difference is accepted. The migration and the report of migrate quote it.")
    private Optional<String> because = Optional.empty();

    @Option(
            names = {"--version", "--first-version"},
            paramLabel = "V",
            description =
                    "With --scaffold: version of the first pair; the others follow. Default: the one after the highest, numbered as the project does.")
    private Optional<String> version = Optional.empty();

    @Option(
            names = "--with-guard",
            description =
                    "With --scaffold: also write the callbacks and the setting that the scripts need, where the project lacks them.")
    private boolean withGuard;

    @Option(
            names = "--each-schema",
            description =
                    "With --scaffold and --index: write one pair for many equal schemas, with a placeholder for the name, to run with dbopt migrate --schemas or with stock Flyway on one schema after the other.")
    private boolean eachSchema;

    @Option(
            names = "--plain",
            description =
                    "With --scaffold: write drop.sql and undo.sql for psql, guard included, instead of Flyway migrations.")
    private boolean plain;

    /**
     * Refuses options that contradict each other.
     *
     * @throws CommandFailure also if an option has no effect without {@code --scaffold}
     */
    public void requireFolder() {
        if (folder.isEmpty()
                && (!indexes.isEmpty() || withGuard || plain || version.isPresent() || accept.isPresent())) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    version.isPresent()
                            ? "--version says what to scaffold: add --scaffold DIR"
                            : accept.isPresent()
                                    ? "--accept says what to scaffold: add --scaffold DIR"
                                    : "--index, --with-guard and --plain say what to scaffold: add --scaffold DIR");
        }
        if (eachSchema && (folder.isEmpty() || indexes.isEmpty() || plain)) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--each-schema writes Flyway's migrations for the indexes that are named: add --scaffold DIR and --index NAME, and leave out --plain. Nothing was written.");
        }
        if (plain && (withGuard || version.isPresent())) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The scripts of --plain have no version, and contain the guard: leave out --version and --with-guard. Nothing was written.");
        }
    }

    /** Whether indexes that need review are to be dropped. */
    public boolean isJudged() {
        return accept.isPresent();
    }

    /**
     * Returns the writer of the requested scripts; empty if none are requested.
     *
     * @throws CommandFailure if the folder cannot be used
     */
    public Optional<ScaffoldWriter> writer(MigrationProject project) {
        Chosen chosen = new Chosen(indexes, Judgement.of(accept, because, indexes));
        if (eachSchema) {
            return folder.map(path -> new EachSchemaScaffold(path, chosen, project, version, withGuard));
        }
        return folder.map(path -> plain ? PlainScripts.in(path, chosen) : flyway(path, chosen, project));
    }

    private ScaffoldRun flyway(Path path, Chosen chosen, MigrationProject project) {
        MigrationFolder found = MigrationFolder.at(path, project.flyway());
        found.requireOrder();
        return new ScaffoldRun(found, project, chosen, version, withGuard, UnaryOperator.identity());
    }
}
