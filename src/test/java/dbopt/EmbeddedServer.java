package dbopt;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;

/** PostgreSQL as a process beside the tests, from the binaries among the test dependencies. */
final class EmbeddedServer {
    private EmbeddedServer() {}

    static TestServer start() {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setLocaleConfig("locale", TestServer.LOCALE);
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
