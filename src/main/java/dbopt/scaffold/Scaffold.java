package dbopt.scaffold;

import static java.util.stream.Collectors.joining;

import dbopt.files.NewFiles;
import dbopt.project.ScriptNaming;
import dbopt.project.ScriptNaming.Kind;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The files that drop indexes and restore them. Making a scaffold decides everything and writes nothing.
 *
 * @param files the text of each file
 */
record Scaffold(Map<Path, String> files) {
    Scaffold {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * Returns a migration and its undo script for each of the drops.
     *
     * @param form changes each pair of scripts before it is written
     */
    static Scaffold of(
            List<PlannedDrop> drops, MigrationFolder folder, NextVersions versions, UnaryOperator<ScriptPair> form) {
        Map<Path, String> files = new LinkedHashMap<>();
        for (PlannedDrop drop : drops) {
            String version = versions.next();
            MigrationPair pair = new MigrationPair(version, drop);
            ScriptNaming naming = folder.naming();
            Path migration = folder.migrations().resolve(naming.fileName(Kind.MIGRATION, version, pair.description()));
            Path undo = folder.undoScripts().resolve(naming.fileName(Kind.UNDO, version, pair.description()));
            ScriptPair scripts = form.apply(ScriptPair.of(pair));
            files.put(migration, scripts.migration());
            files.put(beside(migration), scripts.migrationConfiguration());
            files.put(undo, scripts.undo());
            files.put(beside(undo), scripts.undoConfiguration());
        }
        return new Scaffold(files);
    }

    /** Returns a scaffold with these files and others. */
    Scaffold and(Map<Path, String> others) {
        Map<Path, String> all = new LinkedHashMap<>(files);
        all.putAll(others);
        return new Scaffold(all);
    }

    /** Writes all files or none, and never over an existing file. */
    void write(Charset encoding) {
        List<Path> existing = files.keySet().stream().filter(Files::exists).toList();
        if (!existing.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    existing.stream()
                            .map(file -> "  " + file)
                            .collect(joining("\n", "Nothing was written, because these files already exist:\n", "")));
        }
        try {
            NewFiles.write(files, encoding);
        } catch (FileAlreadyExistsException e) {
            throw notWritten("this already exists: " + e.getFile(), e);
        } catch (CharacterCodingException e) {
            throw notWritten(
                    "a name or comment has characters that %s does not have (flyway.encoding)".formatted(encoding), e);
        } catch (IOException e) {
            throw notWritten(
                    "no file can be written to the folder: " + e.getMessage() + " ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    private static CommandFailure notWritten(String reason, IOException cause) {
        String left = Stream.of(cause.getSuppressed())
                .map(Throwable::getMessage)
                .map(file -> "\nThis is left and could not be removed: " + file)
                .collect(joining());
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                (left.isEmpty() ? "Nothing was written, because " : "The scaffold was not written, because ")
                        + reason
                        + left,
                cause);
    }

    private static Path beside(Path script) {
        return script.resolveSibling(script.getFileName() + ".conf");
    }

    /** Returns the paths of the files for people, one a line. */
    String listing() {
        return files.keySet().stream().map(file -> "  " + shown(file)).collect(joining("\n"));
    }

    /** Returns the file's path, relative to the current folder if the file is in it. */
    static Path shown(Path file) {
        Path current = Path.of("").toAbsolutePath();
        return file.startsWith(current) ? current.relativize(file) : file;
    }
}
