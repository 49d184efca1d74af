package dbopt.audit;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files that drop redundant indexes and bring them back. Making a scaffold decides everything and writes nothing.
 *
 * @param files the text of each file
 * @param notes what to know of the indexes, or why one is left out
 */
record Scaffold(Map<Path, String> files, List<String> notes) {
    Scaffold {
        notes = List.copyOf(notes);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * A migration and its undo script for each of the named indexes, or for all duplicates if none is named. Fails
     * naming every index that is proven neither redundant nor unused, or that a migration of the folder drops already; of duplicates that
     * nobody named, the latter are left out.
     *
     * @param names as the report has them, with or without their schema
     * @param judgement by which those that need review go
     */
    static Scaffold of(
            Audit.Result audit,
            List<String> names,
            Optional<Judgement> judgement,
            MigrationFolder folder,
            EarlierDrops earlier,
            NextVersions versions) {
        List<String> notes = new ArrayList<>();
        List<PlannedDrop> drops = judgement
                .map(accepted ->
                        judged(audit, new NamedFindings(audit.report(), earlier).of(names, accepted), accepted))
                .orElseGet(() -> proven(
                        audit,
                        names.isEmpty()
                                ? duplicates(audit.report(), earlier, notes)
                                : new NamedFindings(audit.report(), earlier).of(names)));
        drops.forEach(drop -> earlier.recreated(drop.finding()).ifPresent(notes::add));
        Map<Path, String> files = new LinkedHashMap<>();
        for (PlannedDrop drop : drops) {
            String version = versions.next();
            MigrationPair pair = new MigrationPair(version, drop);
            ScriptNaming naming = folder.naming();
            Path migration = folder.migrations().resolve(naming.fileName(Kind.MIGRATION, version, pair.description()));
            Path undo = folder.undoScripts().resolve(naming.fileName(Kind.UNDO, version, pair.description()));
            files.put(migration, pair.migration());
            files.put(beside(migration), pair.migrationConfiguration());
            files.put(undo, pair.undo());
            files.put(beside(undo), pair.undoConfiguration());
        }
        return new Scaffold(files, notes);
    }

    /** These files and others. */
    Scaffold and(Map<Path, String> others) {
        Map<Path, String> all = new LinkedHashMap<>(files);
        all.putAll(others);
        return new Scaffold(all, notes);
    }

    /** Writes the files, all or none, and never over an existing one. */
    void write(Charset encoding) {
        List<Path> existing = files.keySet().stream().filter(Files::exists).toList();
        if (!existing.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    existing.stream()
                            .map(file -> "  " + file)
                            .collect(joining(
                                    "\n", "Nothing was written, because these files are there already:\n", "")));
        }
        try {
            NewFiles.write(files, encoding);
        } catch (FileAlreadyExistsException e) {
            throw notWritten("this is there already: " + e.getFile(), e);
        } catch (CharacterCodingException e) {
            throw notWritten(
                    "a name or comment has characters that %s does not have (flyway.encoding)".formatted(encoding), e);
        } catch (IOException e) {
            throw notWritten(
                    "the folder takes no files: " + e.getMessage() + " ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    private static CommandFailure notWritten(String reason, IOException cause) {
        String left = Stream.of(cause.getSuppressed())
                .map(Throwable::getMessage)
                .map(file -> "\nThis is left and could not be taken away: " + file)
                .collect(joining());
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                (left.isEmpty() ? "Nothing was written, because " : "The scaffold was not written, because ")
                        + reason
                        + left,
                cause);
    }

    private static List<RedundantIndex> duplicates(AuditReport report, EarlierDrops earlier, List<String> notes) {
        List<RedundantIndex> left = new ArrayList<>();
        for (RedundantIndex finding : report.redundantIndexes()) {
            if (finding.kind() == RedundantIndex.Kind.DUPLICATE) {
                earlier.against(finding)
                        .ifPresentOrElse(
                                reason -> notes.add(finding.index() + " is left out: " + reason),
                                () -> left.add(finding));
            }
        }
        return left;
    }

    private static List<PlannedDrop> proven(Audit.Result audit, List<? extends AuditedIndex> findings) {
        return findings.stream().map(finding -> proven(audit, finding)).toList();
    }

    private static PlannedDrop proven(Audit.Result audit, AuditedIndex finding) {
        IndexDetails candidate = details(audit, finding.schema(), finding.index());
        if (finding instanceof RedundantIndex redundant) {
            return PlannedDrop.of(redundant, candidate, details(audit, redundant.schema(), redundant.coveredBy()));
        }
        return PlannedDrop.of((UnusedIndex) finding, candidate);
    }

    private static List<PlannedDrop> judged(
            Audit.Result audit, List<IndexNeedingReview> findings, Judgement judgement) {
        return findings.stream()
                .map(finding -> PlannedDrop.of(
                        finding,
                        judgement,
                        details(audit, finding.schema(), finding.index()),
                        details(audit, finding.schema(), finding.coveredBy().orElseThrow())))
                .toList();
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

    /** The file names, one a line, as a person looks for them. */
    String listing() {
        Path current = Path.of("").toAbsolutePath();
        return files.keySet().stream()
                .map(file -> "  " + (file.startsWith(current) ? current.relativize(file) : file))
                .collect(joining("\n"));
    }
}
