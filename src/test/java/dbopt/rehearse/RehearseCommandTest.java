package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearseCommandTest {
    @TempDir
    private static Path cache;

    private static TestDatabase database;

    @BeforeAll
    static void prepare() {
        database = TestDatabase.audited("0.02");
        database.run("vacuum analyze");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void check() {
        CommandRun run = rehearse("--check");
        System.out.println(run.output() + run.error());
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void pending() {
        CommandRun run = rehearse();
        System.out.println(run.output() + run.error());
        assertThat(run.exitCode()).isZero();
    }

    static CommandRun rehearse(String... options) {
        String[] arguments = new String[1 + options.length];
        arguments[0] = "rehearse";
        System.arraycopy(options, 0, arguments, 1, options.length);
        Map<String, String> environment = new HashMap<>(database.address());
        environment.put("XDG_CACHE_HOME", cache.toString());
        environment.put("PATH", System.getenv("PATH"));
        return CommandRun.with(environment, arguments);
    }
}
