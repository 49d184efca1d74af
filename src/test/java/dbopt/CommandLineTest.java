package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.internal.license.VersionPrinter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line says of itself: its version, and how a shell completes it. */
@Tag("anyversion")
class CommandLineTest {
    @TempDir
    private Path folder;

    @Test
    void prints_its_version_its_commit_and_the_version_of_Flyway() {
        assertThat(Version.text(Optional.of("1.0.0"), Optional.of("41a9899"), "13.8.1"))
                .isEqualTo("dbopt 1.0.0, commit 41a9899, Flyway 13.8.1");
        assertThat(CommandRun.in(folder, Map.of(), "--version").output())
                .isEqualTo("dbopt (unpackaged), commit unknown, Flyway " + VersionPrinter.getVersion() + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "dbopt heal,                    health",
        "dbopt plans comp,              compare",
        "dbopt undo --targ,             --target",
        "dbopt health --format prom,    prometheus",
        "dbopt audit --nothing,         ''"
    })
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a script for bash")
    void completes_commands_options_and_values_in_bash(String typed, String completed) throws Exception {
        Files.writeString(
                folder.resolve("completion"),
                CommandRun.in(folder, Map.of(), "generate-completion").output());
        assertThat(bash(
                        """
                        compopt() { :; } # only while a shell completes
                        source completion
                        COMP_WORDS=(%s) COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE}
                        _complete_dbopt 2>&1
                        echo "${COMPREPLY[*]}"
                        """
                                .formatted(typed)))
                .isEqualTo(completed + "\n");
    }

    private String bash(String script) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output;
    }
}
