package dbopt.audit;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that drop redundant indexes and bring them back. Making a scaffold decides everything and writes nothing.
 *
 * @param files the text of each file
 */
record Scaffold(Map<Path, String> files) {
    Scaffold {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * A migration and its undo script for each of the named indexes, or for all duplicates if none is named. Fails
     * naming every index that is not proven redundant.
     *
     * @param names as the report has them, with or without their schema
     * @param firstVersion of the first pair; the others follow it
     */
    static Scaffold of(Audit.Result audit, List<String> names, MigrationFolder folder, BigInteger firstVersion) {
        List<RedundantIndex> findings = names.isEmpty() ? duplicates(audit.report()) : named(audit.report(), names);
        BigInteger version = firstVersion;
        Map<Path, String> files = new LinkedHashMap<>();
        for (RedundantIndex finding : findings) {
            MigrationPair pair = new MigrationPair(
                    version.toString(),
                    finding,
                    details(audit, finding.schema(), finding.index()),
                    details(audit, finding.schema(), finding.coveredBy()));
            Path migration = folder.migrations().resolve(pair.migrationName());
            Path undo = folder.undoScripts().resolve(pair.undoName());
            files.put(migration, pair.migration());
            files.put(beside(migration), pair.migrationConfiguration());
            files.put(undo, pair.undo());
            files.put(beside(undo), pair.undoConfiguration());
            version = version.add(BigInteger.ONE);
        }
        return new Scaffold(files);
    }

    /** These files and others. */
    Scaffold and(Map<Path, String> others) {
        Map<Path, String> all = new LinkedHashMap<>(files);
        all.putAll(others);
        return new Scaffold(all);
    }

    /** Writes the files, all or none, and never over an existing one. */
    void write() {
        List<Path> existing = files.keySet().stream().filter(Files::exists).toList();
        if (!existing.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    existing.stream()
                            .map(file -> "  " + file)
                            .collect(joining(
                                    "\n", "Nothing was written, because these files are there already:\n", "")));
        }
        List<Path> written = new ArrayList<>();
        try {
            for (Map.Entry<Path, String> file : files.entrySet()) {
                Files.createDirectories(file.getKey().getParent());
                Files.writeString(file.getKey(), file.getValue(), StandardOpenOption.CREATE_NEW);
                written.add(file.getKey());
            }
        } catch (FileAlreadyExistsException e) {
            remove(written);
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE, "Nothing was written, because this is there already: " + e.getFile());
        } catch (IOException e) {
            remove(written);
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Nothing was written, because the folder takes no files: " + e.getMessage() + " ("
                            + e.getClass().getSimpleName() + ")");
        }
    }

    private static List<RedundantIndex> duplicates(AuditReport report) {
        return report.redundantIndexes().stream()
                .filter(finding -> finding.kind() == RedundantIndex.Kind.DUPLICATE)
                .toList();
    }

    private static List<RedundantIndex> named(AuditReport report, List<String> names) {
        List<RedundantIndex> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            List<RedundantIndex> matches = report.redundantIndexes().stream()
                    .filter(finding -> isNamed(name, finding.schema(), finding.index()))
                    .toList();
            if (matches.size() == 1) {
                if (!found.contains(matches.get(0))) {
                    found.add(matches.get(0));
                }
            } else if (matches.size() > 1) {
                problems.add(name + ": there are several: "
                        + matches.stream()
                                .map(finding -> finding.schema() + "." + finding.index())
                                .collect(joining(", ")));
            } else {
                problems.add(name + ": " + whyNot(report, name));
            }
        }
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    problems.stream()
                            .map(problem -> "  " + problem)
                            .collect(joining(
                                    "\n", "Nothing was written, because not every index is proven redundant:\n", "")));
        }
        return found;
    }

    private static String whyNot(AuditReport report, String name) {
        return report.needsReview().stream()
                .filter(finding -> isNamed(name, finding.schema(), finding.index()))
                .map(finding -> "it needs review: " + finding.reason())
                .findFirst()
                .orElse("the audit did not find it; either it is needed, or there is no such index");
    }

    private static boolean isNamed(String name, String schema, String index) {
        return name.equals(index) || name.equals(schema + "." + index);
    }

    private static IndexDetails details(Audit.Result audit, String schema, String index) {
        return audit.detailsOf(schema, index)
                .orElseThrow(() -> new CommandFailure(
                        CommandFailure.Kind.UNREACHABLE,
                        "Nothing was written: without the tablespace, statistics targets and comment of %s, its undo script could not be exact; the notes of the audit say why they are unknown."
                                .formatted(index)));
    }

    private static Path beside(Path script) {
        return script.resolveSibling(script.getFileName() + ".conf");
    }

    private static void remove(List<Path> files) {
        files.forEach(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The file names, one a line, as a person looks for them. */
    String listing() {
        Path current = Path.of("").toAbsolutePath();
        return files.keySet().stream()
                .map(file -> "  " + (file.startsWith(current) ? current.relativize(file) : file))
                .collect(joining("\n"));
    }
}
