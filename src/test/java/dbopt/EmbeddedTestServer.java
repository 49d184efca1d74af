package dbopt;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;

/** PostgreSQL as a process beside the tests, from the binaries among the test dependencies. */
final class EmbeddedTestServer {
    private EmbeddedTestServer() {}

    /** What every embedded server of the tests starts from: time enough to start on a machine that is busy. */
    static EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setLocaleConfig("locale", TestServer.LOCALE)
                .setPGStartupWait(Duration.ofMinutes(2));
    }

    static TestServer start() {
        EmbeddedPostgres.Builder builder = builder();
        TestServer.SETTINGS.forEach(builder::setServerConfig);
        try {
            return new TestServer("localhost", builder.start().getPort()).announce("embedded");
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException(
                    """
                    The embedded PostgreSQL did not start: %s
                    Start Docker and run the tests in a container, mvn verify -Dtest.db=container, or name binaries that \
                    your platform has: -Dpostgresql.platform=... -Dpostgresql.version=..."""
                            .formatted(e.getMessage()),
                    e);
        }
    }
}
