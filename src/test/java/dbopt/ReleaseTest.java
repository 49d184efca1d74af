package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When {@code scripts/release} builds nothing. That it builds the same bytes twice, it sees to itself. */
@Tag("entrypoints")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a script for bash")
class ReleaseTest {
    @TempDir
    private Path project;

    private record Run(int exitCode, String output) {}

    @BeforeEach
    void aProjectThatIsReady() throws IOException, InterruptedException {
        Files.createDirectory(project.resolve("scripts"));
        Files.copy(Path.of("scripts/release"), project.resolve("scripts/release"));
        write("pom.xml", "<project>\n    <version>1.2.0</version>\n</project>\n");
        write("CHANGELOG.md", "## 1.2.0 (2026-11-25)\n\n- Added all of it\n\n## 1.1.0 (2026-11-01)\n\n- Added some\n");
        git("init", "-q", "-b", "main");
        commit();
    }

    @Test
    void asks_for_the_version_if_none_is_given() throws Exception {
        assertThat(release())
                .isEqualTo(new Run(2, "usage: scripts/release VERSION      the version that pom.xml names\n"));
    }

    @Test
    void names_all_missing_preparations_at_once() throws Exception {
        write("pom.xml", "<project>\n    <version>1.2.1</version>\n</project>\n");
        write("notes.txt", "untracked");
        assertThat(release("1.3.0"))
                .isEqualTo(
                        new Run(
                                2,
                                """
                                pom.xml names version 1.2.1, not 1.3.0.
                                CHANGELOG.md does not begin with 1.3.0: write "## 1.3.0 (DATE)" and what a user can notice.
                                Changed and not committed, so it would not be in the release:
                                  pom.xml
                                Nothing was built.
                                """));
    }

    @Test
    void requires_the_date_in_the_changelog() throws Exception {
        write("CHANGELOG.md", "## 1.2.0 (unreleased)\n\n- Added all of it\n");
        commit();
        assertThat(release("1.2.0"))
                .isEqualTo(
                        new Run(
                                2,
                                """
                                CHANGELOG.md calls 1.2.0 unreleased: write its date, "## 1.2.0 (YEAR-MONTH-DAY)".
                                Nothing was built.
                                """));
    }

    @Test
    void refuses_a_version_that_is_tagged_on_another_commit() throws Exception {
        git("tag", "v1.2.0");
        write("CHANGELOG.md", "## 1.2.0 (2026-11-25)\n\n- Added more\n");
        commit();
        assertThat(release("1.2.0"))
                .isEqualTo(new Run(2, "v1.2.0 is the tag of another commit.\nNothing was built.\n"));
    }

    @Test
    void builds_a_prepared_release_and_keeps_an_earlier_one_if_the_build_fails() throws Exception {
        git("tag", "v1.2.0");
        Files.createDirectories(project.resolve("target/release"));
        write("target/release/SHA256SUMS", "earlier");
        assertThat(release("1.2.0"))
                .isEqualTo(new Run(1, "The first build failed. What was in target/release is as it was.\n"));
        assertThat(project.resolve("target/release/SHA256SUMS")).hasContent("earlier");
    }

    /** With a Maven that fails at once. */
    private Run release(String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(project.resolve(".git/bin"));
        Path maven = project.resolve(".git/bin/mvn");
        Files.writeString(maven, "#!/bin/sh\nexit 1\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder(concat("bash", "scripts/release", arguments))
                .directory(project.toFile())
                .redirectErrorStream(true);
        builder.environment().compute("PATH", (name, path) -> maven.getParent() + ":" + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private void commit() throws IOException, InterruptedException {
        git("add", "pom.xml", "CHANGELOG.md", "scripts");
        git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-qm", "Change");
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        Process git = new ProcessBuilder(concat("git", "--no-pager", arguments))
                .directory(project.toFile())
                .inheritIO()
                .start();
        assertThat(git.waitFor()).isZero();
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(project.resolve(file), text);
    }

    private static List<String> concat(String program, String argument, String... others) {
        List<String> all = new ArrayList<>(List.of(program, argument));
        all.addAll(List.of(others));
        return all;
    }
}
