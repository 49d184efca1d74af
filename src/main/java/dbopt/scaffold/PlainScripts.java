package dbopt.scaffold;

import static java.util.stream.Collectors.joining;

import dbopt.findings.Audit;
import dbopt.guard.GuardFunctions;
import dbopt.guard.SqlText;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes two scripts for psql, which need neither Flyway nor anything else: one drops the indexes, the other restores them.
 * Both contain the guard.
 *
 * @param chosen the indexes to drop
 */
record PlainScripts(Path folder, Chosen chosen) implements ScaffoldWriter {
    private static final String NO_VERSION = "";

    /**
     * Prepares the scripts for a folder, which need not exist yet.
     *
     * @throws CommandFailure if the path is empty or a file
     */
    static PlainScripts in(Path folder, Chosen chosen) {
        Path path = folder.toAbsolutePath().normalize();
        if (folder.toString().isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE, "The scaffold needs a folder, but none is named: --scaffold DIR");
        }
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE, "The scaffold needs a folder, but this is a file: " + folder);
        }
        return new PlainScripts(path, chosen);
    }

    @Override
    public String write(Audit.Result result, Connection database) {
        DropSelection found = DropSelection.of(result, chosen, EarlierDrops.none());
        DropSelection selection = found.passing(GuardTrial.of(found.drops(), database), chosen.isNamed());
        requireSingle(selection.drops());
        if (selection.drops().isEmpty()) {
            return selection.notesAsLines() + selection.nothing();
        }
        Scaffold files = new Scaffold(Map.of()).and(scripts(selection.drops()));
        files.write(StandardCharsets.UTF_8);
        return selection.notesAsLines()
                + """
                Written:
                %s
                Run them with psql, as the owner of the tables: psql -X -f %s; to undo it: psql -X -f %s"""
                        .formatted(files.listing(), word("drop.sql"), word("undo.sql"));
    }

    private String word(String script) {
        return TerminalText.word(Scaffold.shown(folder.resolve(script)).toString());
    }

    /**
     * Refuses indexes of partitioned tables: an undo finds in the catalog which statements restore such an index, and psql
     * cannot run these.
     */
    private static void requireSingle(List<PlannedDrop> drops) {
        List<String> partitioned = drops.stream()
                .filter(drop -> new MigrationPair(NO_VERSION, drop).isPartitioned())
                .map(drop -> drop.details().qualifiedIndex())
                .toList();
        if (!partitioned.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    """
                    Nothing was written: these are indexes of partitioned tables, which are restored part by part, by dbopt undo and not by psql:
                    %s
                    Scaffold them without --plain, and the others by their names: --index NAME"""
                            .formatted(TerminalText.some(partitioned)));
        }
    }

    private Map<Path, String> scripts(List<PlannedDrop> drops) {
        List<PlannedDrop> backwards = new ArrayList<>(drops);
        Collections.reverse(backwards);
        Map<Path, String> scripts = new LinkedHashMap<>();
        scripts.put(
                folder.resolve("drop.sql"),
                script(
                        "plain_drop.sql",
                        drops,
                        GuardFunctions.ofDrops(),
                        pairs(drops).stream().map(MigrationPair::plainDrop).collect(joining())));
        scripts.put(
                folder.resolve("undo.sql"),
                script(
                        "plain_undo.sql",
                        backwards,
                        GuardFunctions.ofUndo(),
                        pairs(backwards).stream().map(MigrationPair::plainUndo).collect(joining())));
        return scripts;
    }

    private static List<MigrationPair> pairs(List<PlannedDrop> drops) {
        return drops.stream().map(drop -> new MigrationPair(NO_VERSION, drop)).toList();
    }

    private static String script(String template, List<PlannedDrop> drops, String guard, String statements) {
        return ScriptTemplate.of(template)
                .with(Map.of(
                        "indexes",
                        drops.stream()
                                .map(drop -> "--        "
                                        + SqlText.comment(drop.details().qualifiedIndex()))
                                .collect(joining("\n")),
                        "session",
                        ScriptTemplate.of("plain_session.sql").with(Map.of()),
                        "guard",
                        guard.stripTrailing(),
                        "statements",
                        statements.stripTrailing()));
    }
}
