package dbopt.twin;

import dbopt.server.DatabaseAddress;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes a twin on a server that the user provides. The server must be empty, and its role a superuser, who sets the size of
 * its files.
 */
final class GivenServer implements TwinHost {
    private static final String EMPTY =
            """
            select
                pg_catalog.current_setting('server_version_num')::int / 10000,
                (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user),
                coalesce((
                    select pg_catalog.string_agg(d.datname, ', ' order by d.datname)
                    from pg_catalog.pg_database d
                    where d.datname not in ('postgres', 'template0', 'template1', 'dbopt_twin')
                ), ''),
                (
                    select pg_catalog.count(*)
                    from pg_catalog.pg_class c
                    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                    where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                )
            """;

    private final DatabaseAddress given;
    private final Thread hook = new Thread(this::tryToClose, "twin");
    private boolean closed;

    private GivenServer(DatabaseAddress given) {
        this.given = given;
    }

    /**
     * Makes sure that the server can hold the twin, and removes what a killed process left there.
     *
     * @throws CommandFailure if the server has another version, holds data, or its role is not a superuser
     */
    static GivenServer at(DatabaseAddress given, int major) throws SQLException {
        GivenServer server = new GivenServer(given);
        try (Connection connection = server.address("postgres").connect("dbopt twin");
                Statement statement = connection.createStatement()) {
            Optional<String> whyNot = Rows.first(connection, EMPTY, row -> whyNot(row, major));
            if (whyNot.isPresent()) {
                throw server.refused(whyNot.get());
            }
            server.remove(statement);
        }
        Runtime.getRuntime().addShutdownHook(server.hook);
        return server;
    }

    /** Returns why the server cannot hold the twin; null if it can. */
    private static String whyNot(ResultSet row, int major) throws SQLException {
        if (row.getInt(1) != major) {
            return "it is a PostgreSQL " + row.getInt(1) + ", and the database's is " + major;
        }
        if (!row.getBoolean(2)) {
            return "its role is not a superuser";
        }
        if (!row.getString(3).isEmpty()) {
            return "it is not empty: it has the databases " + row.getString(3);
        }
        return row.getLong(4) > 0 ? "it is not empty: there are tables in its database postgres" : null;
    }

    private CommandFailure refused(String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The server in --twin, " + given.display() + ", cannot be the twin: " + why
                        + ".\nNothing was changed. It takes an empty server of the same major version, and its superuser.");
    }

    @Override
    public DatabaseAddress address(String database) {
        return new DatabaseAddress(
                given.url().replaceFirst("^(jdbc:postgresql:(?://[^/]*/)?)[^?]*", "$1" + database),
                given.user(),
                given.password(),
                given.source());
    }

    /** Resizes the files with a program on the machine of the server, since SQL has no way to do it. */
    @Override
    public void resize(TwinFiles files) throws SQLException {
        String commands = files.files().stream()
                .flatMap(file -> file.segments().entrySet().stream())
                .map(segment -> "('truncate -s " + segment.getValue() + " " + segment.getKey() + "')")
                .collect(Collectors.joining(", "));
        if (commands.isEmpty()) {
            return;
        }
        try (Connection superuser = address(Twin.DATABASE).connect("dbopt twin");
                Statement statement = superuser.createStatement()) {
            statement.execute("checkpoint");
            statement.execute("copy (select c.command from (values " + commands + ") c (command)) to program 'sh'");
            for (TwinFiles.RelationFile file : files.files()) {
                long bytes = Rows.only(
                        superuser, "select pg_catalog.pg_relation_size(?)", row -> row.getLong(1), file.relation());
                if (bytes != file.bytes()) {
                    throw refused("its files did not grow to the size of the database's");
                }
            }
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    refused(
                                    "the size of its files cannot be set there (COPY ... TO PROGRAM 'sh', which runs truncate): "
                                            + ServerError.of(e).message())
                            .getMessage(),
                    e);
        }
    }

    @Override
    public Optional<String> note() {
        return Optional.of(
                "On the server in --twin btrees have no height: costs are up to 0.5 lower, and near-ties can be decided otherwise.");
    }

    private void remove(Statement statement) throws SQLException {
        statement.execute("drop database if exists " + Twin.DATABASE + " with (force)");
        statement.execute("drop role if exists \"" + Twin.OWNER + "\"");
    }

    private void tryToClose() {
        try {
            close();
        } catch (CommandFailure e) {
            System.err.println(e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (Connection connection = address("postgres").connect("dbopt twin");
                Statement statement = connection.createStatement()) {
            remove(statement);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "The twin on " + given.display() + " cannot be removed: "
                            + ServerError.of(e).message()
                            + "\nIt holds values of the data: DROP DATABASE " + Twin.DATABASE + " there.",
                    e);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process is ending, and this is its shutdown hook
        }
    }
}
