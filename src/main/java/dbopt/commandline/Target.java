package dbopt.commandline;

import static java.util.Objects.requireNonNull;

import dbopt.embedded.EmbeddedServer;
import dbopt.server.DatabaseAddress;
import java.util.Optional;

/** The database that a command works on. Closing the target stops the embedded server, if there is one. */
public final class Target implements AutoCloseable {
    private final DatabaseAddress address;
    private final Optional<EmbeddedServer> embedded;

    private Target(DatabaseAddress address, Optional<EmbeddedServer> embedded) {
        this.address = requireNonNull(address, "address is null");
        this.embedded = embedded;
    }

    static Target at(DatabaseAddress address) {
        return new Target(address, Optional.empty());
    }

    static Target embedded(EmbeddedServer server) {
        return new Target(server.address(), Optional.of(server));
    }

    public DatabaseAddress address() {
        return address;
    }

    /**
     * The host, the database and the role, for people to read. An embedded server is called {@code embedded}, since its port
     * changes with every start.
     */
    public String display() {
        return embedded.isPresent() ? address.display().replaceFirst("^[^/]*", "embedded") : address.display();
    }

    @Override
    public void close() {
        embedded.ifPresent(EmbeddedServer::close);
    }
}
