package dbopt;

import java.util.ArrayList;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** PostgreSQL in a container, of the major version that the build names. */
final class ContainerServer {
    private ContainerServer() {}

    /** Whether Docker answers, and the build names a version. */
    static boolean isPossible() {
        return System.getProperty("postgresql.version") != null
                && DockerClientFactory.instance().isDockerAvailable();
    }

    // The container lives as long as the tests do; Testcontainers removes it after them.
    @SuppressWarnings("resource")
    static TestServer start() {
        if (!isPossible()) {
            throw new IllegalStateException(
                    """
                    The tests are to run in a container, but no Docker engine answers.
                    Start Docker, or run them on the embedded PostgreSQL: mvn verify -Dtest.db=embedded""");
        }
        String image = image();
        PostgreSQLContainer container = new PostgreSQLContainer(image)
                .withDatabaseName("postgres")
                .withUsername(TestServer.SUPERUSER)
                .withPassword(TestServer.SUPERUSER_PASSWORD)
                .withEnv("POSTGRES_INITDB_ARGS", "--locale=" + TestServer.LOCALE)
                .withCommand(command());
        try {
            container.start();
        } catch (ContainerLaunchException e) {
            throw new IllegalStateException(
                    """
                    PostgreSQL did not start in a container of %s: %s
                    See whether "docker run %1$s" works, or run the tests on the embedded PostgreSQL: \
                    mvn verify -Dtest.db=embedded"""
                            .formatted(image, e.getMessage()),
                    e);
        }
        return new TestServer(container.getHost(), container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT))
                .announce(image + " in a container");
    }

    private static String image() {
        String version = System.getProperty("postgresql.version");
        return "postgres:" + version.substring(0, version.indexOf('.')) + "-alpine";
    }

    private static String[] command() {
        List<String> command = new ArrayList<>(List.of("postgres"));
        TestServer.SETTINGS.forEach((setting, value) -> command.addAll(List.of("-c", setting + "=" + value)));
        return command.toArray(String[]::new);
    }
}
