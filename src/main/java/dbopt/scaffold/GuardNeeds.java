package dbopt.scaffold;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dbopt.bundled.BundledSql;
import dbopt.guard.DropBasis;
import dbopt.project.MigrationProject;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a Flyway project needs besides the scaffolded scripts: the callbacks that create the functions of their checks, and the
 * lock with which concurrent statements can run. An event may have several callbacks, so these do not replace the project's
 * own.
 *
 * @param missing what the project lacks, each with where it comes from
 * @param files the texts of the files that supply what is missing
 * @param lines what to change in the configuration of the project, or of the tool that runs the scripts
 */
record GuardNeeds(List<String> missing, Map<Path, String> files, List<String> lines) {
    private static final String LOCK = "postgresql.transactional.lock";
    private static final String WAIT = "10min";

    /** How many bytes of a file are searched. */
    private static final int LARGEST = 8 * 1024 * 1024;

    GuardNeeds {
        missing = List.copyOf(missing);
        lines = List.copyOf(lines);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * Returns what scripts in this folder need.
     *
     * @param project the project whose configuration is read if the folder is in it
     */
    static GuardNeeds of(MigrationFolder folder, MigrationProject project) {
        Map<Path, String> texts = texts(folder);
        List<String> missing = new ArrayList<>();
        Map<Path, String> files = new LinkedHashMap<>();
        Set<Path> callbacks = new TreeSet<>();
        if (!isMade(texts, "assert_redundant", callbacks)) {
            missing.add(
                    "the guard, a callback beforeEachMigrate that creates pg_temp.assert_redundant and assert_keeper");
            callback(folder, files, "beforeEachMigrate");
            callback(folder, files, "afterEachMigrate");
            callbacks.add(folder.callbacks());
        }
        if (!isMade(texts, "assert_built", callbacks)) {
            missing.add("for undo, a callback beforeEachUndo that creates pg_temp.assert_name_free and assert_built");
            callback(folder, files, "beforeEachUndo");
            callback(folder, files, "afterEachUndo");
            callbacks.add(folder.callbacks());
        }
        FlywayLines lines = new FlywayLines(folder, project, callbacks);
        if (lines.isKnown()) {
            return new GuardNeeds(missing, files, lines.toChange());
        }
        if (texts.values().stream().noneMatch(text -> text.contains(LOCK))) {
            missing.add("the setting flyway." + LOCK
                    + "=false: with Flyway's default, CREATE INDEX CONCURRENTLY hangs forever");
            files.put(
                    folder.root().resolve("redundancy_guard.conf"),
                    """
                    # For Flyway beside the project's own configuration: flyway -configFiles=...,redundancy_guard.conf
                    # The default, a lock held in a transaction, keeps a snapshot for which CREATE INDEX CONCURRENTLY waits forever.
                    flyway.%s=false
                    """
                            .formatted(LOCK));
        }
        return new GuardNeeds(missing, files, missing.isEmpty() ? List.of() : lines.forEachTool());
    }

    /**
     * Makes sure that the project's guard has everything that the drops ask of it.
     *
     * @throws CommandFailure if the project has an older guard that lacks something
     */
    static void requireAsked(List<PlannedDrop> drops, MigrationFolder folder) {
        String texts = String.join("\n", texts(folder).values());
        drops.stream()
                .filter(drop -> texts.contains("function pg_temp.assert_redundant("))
                .flatMap(drop -> Stream.of(
                                drop.basis() instanceof DropBasis.Judged && !texts.contains("accepting text")
                                        ? "accept a difference"
                                        : "",
                                drop.basis() instanceof DropBasis.Unused
                                                && !texts.contains("function pg_temp.assert_unused(")
                                        ? "look at counters"
                                        : "",
                                !drop.statistics().isEmpty() && !texts.contains("expression_statistics text[]")
                                        ? "know of statistics of expressions"
                                        : "")
                        .filter(lack -> !lack.isEmpty()))
                .findFirst()
                .ifPresent(lack -> {
                    throw new CommandFailure(
                            CommandFailure.Kind.USAGE,
                            """
                            Nothing was written: the guard of this project is an older one, which cannot %s.
                            Delete its callback beforeEachMigrate (as --with-guard writes it: beforeEachMigrate__redundancy_guard.sql), and let --with-guard write it again."""
                                    .formatted(lack));
                });
    }

    /** Whether one of the callbacks creates the function; if so, the callback's folder is added to {@code folders}. */
    private static boolean isMade(Map<Path, String> texts, String function, Set<Path> folders) {
        Optional<Path> callback = texts.entrySet().stream()
                .filter(text -> text.getValue().contains("function pg_temp." + function + "("))
                .map(Map.Entry::getKey)
                .findFirst();
        callback.map(Path::getParent).ifPresent(folders::add);
        return callback.isPresent();
    }

    /**
     * Returns what is missing and what to change, as the end of a message; empty if there is nothing.
     *
     * @param isWritten whether the files that supply what is missing are written
     */
    String message(boolean isWritten) {
        List<String> message = new ArrayList<>();
        if (!missing.isEmpty() && !isWritten) {
            message.add("This project also needs, and --with-guard writes:");
            missing.forEach(need -> message.add("  " + need));
        }
        message.addAll(lines);
        return message.stream().map(line -> "\n" + line).collect(joining());
    }

    private static void callback(MigrationFolder folder, Map<Path, String> files, String event) {
        files.put(folder.callbacks().resolve(folder.naming().callbackName(event, "redundancy_guard")), text(event));
    }

    private static String text(String event) {
        return BundledSql.ofClassPath().read("db/callback/" + event + ".sql").replace("${concurrentLockTimeout}", WAIT);
    }

    private static Map<Path, String> texts(MigrationFolder folder) {
        try {
            return folder.files().stream()
                    .filter(file -> file.toString().matches(".*(EachMigrate|EachUndo)[^/]*|.*\\.(conf|toml)"))
                    .collect(toMap(file -> file, GuardNeeds::read, (one, same) -> one, TreeMap::new));
        } catch (IOException e) {
            throw unreadable(e);
        } catch (UncheckedIOException e) {
            throw unreadable(e.getCause());
        }
    }

    private static CommandFailure unreadable(IOException e) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "Nothing was written, because whether the project has the guard is unknown: %s cannot be read (%s)"
                        .formatted(e.getMessage(), e.getClass().getSimpleName()),
                e);
    }

    private static String read(Path file) {
        try (InputStream text = Files.newInputStream(file)) {
            return new String(text.readNBytes(LARGEST), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
