package dbopt.scaffold;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;

import dbopt.findings.Audit;
import dbopt.project.MigrationProject;
import dbopt.project.ScriptNaming;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Writes migrations and undo scripts into the folder of a Flyway project.
 *
 * @param project the project that the folder may belong to
 * @param chosen the indexes to drop
 * @param firstVersion the version of the first pair; if empty, the version that follows the project's highest
 * @param withGuard whether to write the callbacks and the setting that the scripts need, too
 * @param form changes each pair of scripts before it is written, or returns it as it is
 */
record ScaffoldRun(
        MigrationFolder folder,
        MigrationProject project,
        Chosen chosen,
        Optional<String> firstVersion,
        boolean withGuard,
        UnaryOperator<ScriptPair> form)
        implements ScaffoldWriter {
    @Override
    public String write(Audit.Result result, Connection database) {
        SchemaHistory history = SchemaHistory.in(database, folder.flyway());
        HistoryCheck.require(folder, history, database);
        NextVersions versions = versions(history);
        EarlierDrops earlier = EarlierDrops.in(folder, history, database);
        DropSelection found = DropSelection.of(result, chosen, earlier);
        DropSelection selection = found.passing(GuardTrial.of(found.drops(), database), chosen.isNamed());
        String notes = notes(selection, history);
        if (selection.drops().isEmpty()) {
            return notes + selection.nothing() + (earlier.areNone() ? "" : guardAlone());
        }
        Scaffold files = Scaffold.of(selection.drops(), folder, versions, form);
        GuardNeeds.requireAsked(selection.drops(), folder);
        GuardNeeds needs = GuardNeeds.of(folder, project);
        Scaffold all = withGuard ? files.and(needs.files()) : files;
        all.write(folder.flyway().getEncoding());
        return notes + "Written:\n" + all.listing() + needs.message(withGuard);
    }

    /** Writes the guard for scripts that exist already, for a user who scaffolded without the guard and asks for it later. */
    private String guardAlone() {
        GuardNeeds needs = GuardNeeds.of(folder, project);
        if (!withGuard || needs.files().isEmpty()) {
            return needs.message(withGuard);
        }
        Scaffold files = new Scaffold(needs.files());
        files.write(folder.flyway().getEncoding());
        return "\nWritten, for the scripts that are there:\n" + files.listing() + needs.message(withGuard);
    }

    /**
     * Returns the versions of the new pairs.
     *
     * @throws CommandFailure if the requested version is not a version, or would never run
     */
    private NextVersions versions(SchemaHistory history) {
        ScriptNaming naming = folder.naming();
        List<String> written = folder.scripts().stream()
                .flatMap(script -> naming.versionText(script.file()).stream())
                .toList();
        Optional<String> spelling = written.stream().max(comparing(MigrationVersion::fromVersion));
        List<String> texts = Stream.concat(
                        written.stream(),
                        history
                                .highest()
                                .map(MigrationVersion::getVersion)
                                .map(version -> spelling.map(like -> NextVersions.spelled(version, like))
                                        .orElse(version))
                                .stream())
                .toList();
        if (firstVersion.isEmpty()) {
            return NextVersions.after(texts, LocalDate.now(ZoneId.systemDefault()));
        }
        String asked = firstVersion.get();
        if (!asked.matches("[0-9]+([._][0-9]+)*")) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Nothing was written: --version %s is not a version. A version consists of numbers and dots, such as 7 or 4.116"
                            .formatted(asked));
        }
        MigrationVersion version = MigrationVersion.fromVersion(asked);
        texts.stream()
                .map(MigrationVersion::fromVersion)
                .filter(other -> other.compareTo(version) >= 0)
                .max(naturalOrder())
                .ifPresent(highest -> {
                    throw new CommandFailure(
                            CommandFailure.Kind.USAGE,
                            "Nothing was written: version %s is not above %s, the highest there is, so Flyway would not run it."
                                    .formatted(version, highest));
                });
        return NextVersions.from(asked);
    }

    private String notes(DropSelection selection, SchemaHistory history) {
        boolean isUnchecked = !history.exists()
                && folder.scripts().stream().anyMatch(script -> script.kind() == ScriptNaming.Kind.MIGRATION);
        String unchecked = isUnchecked
                ? "This database has no schema history %s: whether the migrations in %s are its own cannot be checked.\n"
                        .formatted(history.name(), folder.migrations())
                : "";
        return unchecked + selection.notesAsLines();
    }
}
