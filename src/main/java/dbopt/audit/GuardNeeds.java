package dbopt.audit;

import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
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

/**
 * What a Flyway project needs beside the scaffolded scripts: the callbacks that make their checks, and the lock with
 * which concurrent statements can run. Callbacks of one event may be several, so these stand beside the project's own.
 *
 * @param missing what the project lacks, each with where it comes from
 * @param files the files that supply it
 */
record GuardNeeds(List<String> missing, Map<Path, String> files) {
    private static final String LOCK = "postgresql.transactional.lock";
    private static final String WAIT = "10min";

    /** So much of a file is looked at. */
    private static final int LARGEST = 8 * 1024 * 1024;

    GuardNeeds {
        missing = List.copyOf(missing);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    static GuardNeeds of(MigrationFolder folder) {
        String texts = texts(folder);
        List<String> missing = new ArrayList<>();
        Map<Path, String> files = new LinkedHashMap<>();
        if (!texts.contains("function pg_temp.assert_redundant(")) {
            missing.add(
                    "the guard, a callback beforeEachMigrate that makes pg_temp.assert_redundant and assert_keeper");
            callback(folder, files, "beforeEachMigrate");
            callback(folder, files, "afterEachMigrate");
        }
        if (!texts.contains("function pg_temp.assert_built(")) {
            missing.add("for undo, a callback beforeEachUndo that makes pg_temp.assert_name_free and assert_built");
            callback(folder, files, "beforeEachUndo");
            callback(folder, files, "afterEachUndo");
        }
        if (!texts.contains(LOCK)) {
            missing.add("the setting flyway." + LOCK
                    + "=false: with Flyway's default, CREATE INDEX CONCURRENTLY hangs for ever");
            files.put(
                    folder.root().resolve("redundancy_guard.conf"),
                    """
                    # For Flyway beside the project's own configuration: flyway -configFiles=...,redundancy_guard.conf
                    # The default, a lock held in a transaction, keeps a snapshot for which CREATE INDEX CONCURRENTLY waits for ever.
                    flyway.%s=false
                    """
                            .formatted(LOCK));
        }
        return new GuardNeeds(missing, files);
    }

    /** @throws CommandFailure when the project has a guard that cannot accept a difference yet */
    static void requireAccepting(MigrationFolder folder) {
        String texts = texts(folder);
        if (texts.contains("function pg_temp.assert_redundant(") && !texts.contains("accepting text")) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    """
                    Nothing was written: the guard of this project is an older one, which cannot accept a difference.
                    Delete its callback beforeEachMigrate (as --with-guard writes it: beforeEachMigrate__redundancy_guard.sql), and let --with-guard write it anew.""");
        }
    }

    /** What is missing, as the end of a message; empty if nothing is. */
    String message() {
        return missing.isEmpty()
                ? ""
                : missing.stream()
                        .map(need -> "  " + need)
                        .collect(joining("\n", "This project also needs, and --with-guard writes:\n", ""));
    }

    private static void callback(MigrationFolder folder, Map<Path, String> files, String event) {
        files.put(folder.callbacks().resolve(event + "__redundancy_guard.sql"), text(event));
    }

    private static String text(String event) {
        return BundledSql.ofClassPath().read("db/callback/" + event + ".sql").replace("${concurrentLockTimeout}", WAIT);
    }

    private static String texts(MigrationFolder folder) {
        try {
            return folder.files().stream()
                    .filter(file -> file.toString().matches(".*(EachMigrate|EachUndo)[^/]*\\.sql|.*\\.(conf|toml)"))
                    .map(GuardNeeds::read)
                    .collect(joining("\n"));
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
