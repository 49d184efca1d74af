package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code scripts/dbopt} builds and starts, with a fake Java and a fake Maven. */
@Tag("entrypoints")
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a script for sh")
class LauncherTest {
    private static final Instant BUILT = Instant.parse("2026-01-02T00:00:00Z");

    @TempDir
    private Path folder;

    private Path repository;
    private Path launcher;

    @BeforeEach
    void aRepositoryThatIsBuilt() throws IOException {
        repository = Files.createDirectories(folder.toRealPath().resolve("a folder with spaces"));
        launcher = write("scripts/dbopt", Files.readString(Path.of("scripts/dbopt")));
        write("pom.xml", "<project/>");
        write("db/one.sql", "select 1;");
        write("src/main/One.java", "class One {}");
        write("target/dbopt.jar", "");
        write("bin/java", "#!/bin/sh\nprintf '%s\\n' \"LC_ALL=${LC_ALL-}\" \"$@\"\n");
        write("bin/mvn", "#!/bin/sh\n: >target/dbopt.jar\n");
        for (String old : List.of("pom.xml", "db/one.sql", "db", "src/main/One.java", "src/main")) {
            Files.setLastModifiedTime(repository.resolve(old), FileTime.from(BUILT.minusSeconds(1)));
        }
        Files.setLastModifiedTime(repository.resolve("target/dbopt.jar"), FileTime.from(BUILT));
        for (Path program : List.of(launcher, repository.resolve("bin/java"), repository.resolve("bin/mvn"))) {
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
    }

    @Test
    void runs_an_up_to_date_build_without_building_again() throws Exception {
        assertThat(run(launcher, Map.of()))
                .contains("-Ddbopt.home=" + repository, "dbopt.Main", "audit")
                .doesNotContain("Building dbopt ...");
    }

    @ParameterizedTest
    @CsvSource({"db/one.sql", "src/main/One.java", "pom.xml"})
    void builds_again_when_a_file_has_changed(String file) throws Exception {
        write(file, "changed");
        assertThat(run(launcher, Map.of())).startsWith("Building dbopt ...");
        assertThat(run(launcher, Map.of())).doesNotContain("Building dbopt ...");
    }

    @Test
    void builds_again_when_a_file_is_gone() throws Exception {
        Files.delete(repository.resolve("db/one.sql"));
        assertThat(run(launcher, Map.of())).startsWith("Building dbopt ...");
    }

    @Test
    void finds_the_repository_through_links() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("first"), launcher);
        Path link = Files.createSymbolicLink(bin.resolve("dbopt"), Path.of("first"));
        assertThat(run(link, Map.of())).contains("-Ddbopt.home=" + repository);
    }

    @ParameterizedTest
    @CsvSource({
        "LC_ALL, C, C.UTF-8",
        "LANG, POSIX, C.UTF-8",
        "LANG, '', C.UTF-8",
        "LANG, de_DE.UTF-8, ''",
        "LC_CTYPE, en_US.UTF-8, ''"
    })
    void gives_Java_a_UTF_8_locale(String variable, String value, String given) throws Exception {
        assertThat(run(launcher, Map.of(variable, value))).contains("LC_ALL=" + given);
    }

    private List<String> run(Path program, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "audit")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.matches("LC_.*|LANG"));
        builder.environment().putAll(environment);
        builder.environment().compute("PATH", (name, path) -> repository.resolve("bin") + ":" + path);
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(lines.toString()).isZero();
        return lines;
    }

    private Path write(String file, String text) throws IOException {
        Path path = repository.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }
}
