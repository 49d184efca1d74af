package dbopt;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
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
            pull(image);
            container.start();
        } catch (ContainerLaunchException | DockerException | DockerClientException e) {
            throw new IllegalStateException(
                    """
                    PostgreSQL did not start in a container of %s: %s
                    See whether "docker run %1$s" works, or run the tests on the embedded PostgreSQL: \
                    mvn verify -Dtest.db=embedded"""
                            .formatted(image, e.getMessage().strip()),
                    e);
        }
        return new TestServer(container.getHost(), container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT))
                .announce(image + " in a container");
    }

    /** One attempt, however long it takes: Testcontainers would try for two minutes where there is no network at all. */
    private static void pull(String image) {
        DockerClient docker = DockerClientFactory.lazyClient();
        try {
            docker.inspectImageCmd(image).exec();
        } catch (NotFoundException e) {
            try {
                docker.pullImageCmd(image).exec(new PullImageResultCallback()).awaitCompletion();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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
