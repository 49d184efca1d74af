package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The steps of migrate and undo, with their statements as recorded in a run without a fault. */
final class Steps implements AutoCloseable {
    private static final int LAST = 8;

    private final Path folder;
    private final Path like;
    private final Supplier<TestDatabase> empty;
    private final Supplier<TestDatabase> audited;
    private final Map<Integer, TestDatabase> states = new HashMap<>();

    /**
     * The steps on the shared server of the tests.
     *
     * @param folder where projects may lie that go up to one version
     */
    Steps(Path folder) {
        this(folder, Path.of(""), TestDatabase::empty, TestDatabase::audited);
    }

    /**
     * @param folder where projects may lie that go up to one version
     * @param like the project whose migrations these are
     * @param empty makes another empty database
     * @param audited makes another database that is as before the first guarded drop
     */
    Steps(Path folder, Path like, Supplier<TestDatabase> empty, Supplier<TestDatabase> audited) {
        this.folder = folder;
        this.like = like;
        this.empty = empty;
        this.audited = audited;
    }

    /**
     * The steps of a made-up project: a first migration, and the pairs that the audit scaffolds after it.
     *
     * @param folder where the project may lie, and others that go up to one version
     * @param audit what is to be scaffolded, as options of the audit; every duplicate without any
     */
    static Steps scaffolded(Path folder, String firstMigration, String... audit) {
        return scaffolded(folder, firstMigration, database -> {}, audit);
    }

    /** The steps of a made-up project whose database is changed before the audit. */
    static Steps scaffolded(Path folder, String firstMigration, Consumer<TestDatabase> before, String... audit) {
        Path project = folder.resolve("project");
        Path migrations = project.resolve("db/migration");
        try {
            Files.createDirectories(migrations);
            Files.writeString(
                    project.resolve("db/flyway.conf"),
                    """
                    flyway.locations=filesystem:db/migration
                    flyway.defaultSchema=public
                    flyway.postgresql.transactional.lock=false
                    """);
            Files.writeString(migrations.resolve("V1__t.sql"), firstMigration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (TestDatabase database = migrated(project)) {
            before.accept(database);
            List<String> command =
                    new ArrayList<>(List.of("audit", "--scaffold", migrations.toString(), "--with-guard"));
            command.addAll(List.of(audit));
            CommandRun.in(project, database, command.toArray(String[]::new)).assertSucceeded();
        }
        Path first = project(project, folder.resolve("first"), "flyway.target=1");
        return new Steps(folder, project, TestDatabase::empty, () -> migrated(first));
    }

    private static TestDatabase migrated(Path project) {
        TestDatabase database = TestDatabase.empty();
        CommandRun.in(project, database, "migrate").assertSucceeded();
        return database;
    }

    /** All steps: V1 on an empty database, the first deploy with V2 and the views, V3 to V8, U8 to U2. */
    List<FaultStep> all() {
        List<FaultStep> steps = new ArrayList<>();
        steps.add(withStatements(migrate(1)));
        steps.addAll(first());
        for (int version = 3; version <= LAST; version++) {
            steps.add(withStatements(migrate(version)));
        }
        for (int version = LAST; version >= 2; version--) {
            steps.add(withStatements(undo(version)));
        }
        return steps;
    }

    /** The first deploy up to V2: the callbacks before, V2, the views, and the callbacks after. */
    List<FaultStep> first() {
        FaultStep whole = migrate(2);
        List<List<Boundary>> parts = new ArrayList<>(List.of(new ArrayList<>()));
        boolean inside = false;
        for (Boundary boundary : record(whole)) {
            if (boundary.begins() || (!inside && parts.size() == 3)) {
                parts.add(new ArrayList<>());
            }
            inside = boundary.begins() || (inside && !boundary.ends());
            parts.get(parts.size() - 1).add(boundary);
        }
        List<String> names = List.of("before the first", "V2", "R", "after the last");
        List<FaultStep> steps = new ArrayList<>();
        for (int part = 0; part < names.size(); part++) {
            steps.add(with(whole, names.get(part), parts.get(part)));
        }
        return steps;
    }

    /** The migrations and undo scripts that work on the audited tables, without their statements. */
    List<FaultStep> scripts() {
        List<FaultStep> steps = new ArrayList<>();
        for (int version = 2; version <= LAST; version++) {
            steps.add(migrate(version));
        }
        for (int version = LAST; version >= 2; version--) {
            steps.add(undo(version));
        }
        return steps;
    }

    FaultStep migrate(int version) {
        return new FaultStep(
                "V" + version,
                List.of("migrate"),
                upTo(version),
                state(version - 1),
                version + " | SQL | ",
                state(version).schema(),
                List.of());
    }

    FaultStep undo(int version) {
        return new FaultStep(
                "U" + version,
                List.of("undo", "--target", String.valueOf(version)),
                upTo(version),
                state(version),
                version + " | DELETE | ",
                state(version - 1).schema(),
                List.of());
    }

    /** Adds the statements from the callback before the script to its history row; the rest is the same for every step. */
    FaultStep withStatements(FaultStep step) {
        List<Boundary> all = record(step);
        return with(
                step,
                step.name(),
                step.startsFromNothing() ? withoutRepetition(all) : step.name().equals("U" + LAST) ? all : inside(all));
    }

    private static FaultStep with(FaultStep step, String name, List<Boundary> boundaries) {
        return new FaultStep(
                name, step.command(), step.project(), step.before(), step.goal(), step.schema(), boundaries);
    }

    private static List<Boundary> inside(List<Boundary> all) {
        List<Boundary> inside = new ArrayList<>();
        for (Boundary boundary : all) {
            if (boundary.begins() || !inside.isEmpty()) {
                inside.add(boundary);
                if (boundary.ends()) {
                    return inside;
                }
            }
        }
        return inside;
    }

    /**
     * On an empty database: from the making of the schema history to the row of V1. Of V1's tables and indexes only the
     * first of each kind is among them, and the last of all.
     */
    private static List<Boundary> withoutRepetition(List<Boundary> all) {
        List<Boundary> inside = inside(all);
        Boundary last = inside.stream()
                .filter(boundary -> !boundary.making().isEmpty())
                .reduce((one, next) -> next)
                .orElseThrow();
        Set<String> made = new HashSet<>();
        List<Boundary> kept = new ArrayList<>();
        all.stream()
                .dropWhile(boundary -> boundary.making().isEmpty())
                .takeWhile(boundary -> !boundary.begins())
                .forEach(kept::add);
        inside.stream()
                .filter(boundary -> boundary.making().isEmpty() || boundary.equals(last) || made.add(boundary.making()))
                .forEach(kept::add);
        return kept;
    }

    private static List<Boundary> record(FaultStep step) {
        try (FaultScenario scene = FaultScenario.of(step)) {
            CommandRun run = scene.run();
            assertThat(run.exitCode()).as(run.error()).isZero();
            scene.isAtTheGoal();
            return scene.wire().seen();
        }
    }

    /** The database with all versions up to the given one applied; an empty database for version 0. */
    private TestDatabase state(int version) {
        return states.computeIfAbsent(version, key -> {
            TestDatabase database = version == 0 ? empty.get() : audited.get();
            if (version > 1) {
                CommandRun.in(upTo(version), database, "migrate").assertSucceeded();
            }
            return database;
        });
    }

    private Path upTo(int version) {
        return project(like, folder.resolve("up-to-" + version), "flyway.target=" + version);
    }

    /** A project in this folder, created on first use as a copy of another with these settings. */
    static Path project(Path like, Path folder, String settings) {
        Path db = folder.resolve("db");
        if (Files.notExists(db)) {
            ProjectCopy.of(like, folder);
            try {
                Files.writeString(db.resolve("flyway.conf"), "\n" + settings + "\n", StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return folder;
    }

    @Override
    public void close() {
        states.values().forEach(TestDatabase::close);
    }
}
