package dbopt.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs that GitLab is to run, from the file of databases. */
@Tag("anyversion")
class MatrixCommandTest {
    @TempDir
    private Path folder;

    private CommandRun run(String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("databases"), String.join("\n", lines));
        return CommandRun.with(Map.of("FLYWAY_PASSWORD", "sesame"), "matrix", file.toString());
    }

    @Test
    void the_matrix_has_an_entry_for_each_database_with_only_its_name() throws IOException {
        CommandRun run = run(
                "# the shops",
                "orders postgres://me@db1.example.com/orders",
                "12e3 postgres://db1/x",
                "no postgres://db1/y",
                "jdbc:postgresql://[::1]:5432/s%22tock");
        run.assertSucceeded();
        assertThat(run.output())
                .startsWith("# Written by dbopt matrix.")
                .endsWith(
                        """

                        .databases:
                          parallel:
                            matrix:
                              - DATABASE:
                                  - "orders"
                                  - "12e3"
                                  - "no"
                                  - "1_5432_s_tock"
                        """)
                .doesNotContain("sesame")
                .doesNotContain("example.com");
    }

    @Test
    void the_pipeline_of_this_project_has_the_same_format() throws IOException {
        String block = run("main postgres://db1/main")
                .output()
                .replaceFirst("(?s)^.*?(?=\\.databases:)", "")
                .replace("\"main\"", "main");
        assertThat(Files.readString(Path.of(".gitlab-ci.yml"))).contains(block);
    }

    @Test
    void a_YAML_parser_reads_each_name_as_text() throws IOException, InterruptedException {
        Process reader = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sys, yaml; print(yaml.safe_load(sys.stdin)['.databases']['parallel']['matrix'])")
                .redirectErrorStream(true)
                .start();
        reader.getOutputStream()
                .write(run("orders postgres://db1/o", "12e3 postgres://db1/x", "no postgres://db1/y")
                        .output()
                        .getBytes(StandardCharsets.UTF_8));
        reader.getOutputStream().close();
        String read = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (read.contains("ModuleNotFoundError")) {
            System.out.println("There is no yaml for Python: the matrix is NOT read by it.");
        }
        assumeTrue(!read.contains("ModuleNotFoundError"), "no yaml for Python");
        assertThat(reader.waitFor()).as(read).isZero();
        assertThat(read).isEqualTo("[{'DATABASE': ['orders', '12e3', 'no']}]\n");
    }

    @Test
    void more_databases_than_GitLab_accepts_are_refused() throws IOException {
        String all = IntStream.rangeClosed(1, 200)
                .mapToObj(number -> "d" + number + " postgres://h/d\n")
                .collect(Collectors.joining());
        assertThat(run(all).output()).contains("- \"d200\"\n");
        CommandRun refused = run(all + "d201 postgres://h/d");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.error())
                .isEqualTo(
                        folder.resolve("databases")
                                + " names 201 databases, and GitLab allows at most 200 jobs in one matrix.\nNothing was written. Divide them among several files, and print a matrix for each.\n");
    }

    @Test
    void a_password_in_the_file_is_not_printed() throws IOException {
        CommandRun refused = run("orders postgres://me:sesame@db1/orders");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.error()).contains("line 1: it holds a password").doesNotContain("sesame");
    }
}
