package dbopt.server;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.TerminalText;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The address of a database and the role to connect as. Its text form never contains the password.
 *
 * @param url the JDBC address, without user and password
 * @param user the role; empty to let the driver use the name of the operating system's user
 * @param password the password; empty to let the driver look into the user's password file
 * @param source where the address comes from, such as {@code DATABASE_URL}; empty if no user entered it
 */
public record DatabaseAddress(String url, Optional<String> user, Optional<String> password, Optional<String> source) {
    private static final String JDBC = "jdbc:postgresql:";
    private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    public DatabaseAddress {
        requireNonNull(url, "url is null");
        requireNonNull(user, "user is null");
        requireNonNull(password, "password is null");
        requireNonNull(source, "source is null");
    }

    /** Creates an address that no user entered. */
    public DatabaseAddress(String url, Optional<String> user, Optional<String> password) {
        this(url, user, password, Optional.empty());
    }

    /**
     * Parses a JDBC address ({@code jdbc:postgresql://host/name}) or the form that Heroku and libpq use
     * ({@code postgres://user:password@host:port/name}). The latter requires TLS unless the host is this machine or the
     * address says otherwise ({@code ?sslmode=}).
     *
     * @param source where the address comes from, for the error message
     * @throws CommandFailure if the text is not a valid address of either form
     */
    public static DatabaseAddress parse(String address, String source) {
        if (address.startsWith(JDBC)) {
            return parseJdbc(address, source);
        }
        if (address.startsWith("postgres://") || address.startsWith("postgresql://")) {
            return parseUri(address, source);
        }
        throw unreadable(source, "it starts with neither jdbc:postgresql:// nor postgres://");
    }

    /**
     * Moves the user and the password out of the address, as the driver itself parses them: the driver and others print the
     * address, which must not contain the password.
     */
    private static DatabaseAddress parseJdbc(String address, String source) {
        int query = address.indexOf('?');
        String place = query < 0 ? address : address.substring(0, query);
        if (place.contains("@")) {
            throw unreadable(
                    source,
                    "a JDBC address has no user or password before the host (write @ in a database's name as %40)");
        }
        Properties properties = Driver.parseURL(address, new Properties());
        if (properties == null) {
            throw unreadable(source, "the PostgreSQL driver does not understand it");
        }
        StringBuilder url = new StringBuilder(place);
        char separator = '?';
        for (String parameter : (query < 0 ? "" : address.substring(query + 1)).split("&", -1)) {
            if (!parameter.startsWith("user=") && !parameter.startsWith("password=") && !parameter.isEmpty()) {
                url.append(separator).append(parameter);
                separator = '&';
            }
        }
        return new DatabaseAddress(
                url.toString(),
                Optional.ofNullable(PGProperty.USER.getOrDefault(properties)),
                Optional.ofNullable(PGProperty.PASSWORD.getOrDefault(properties)),
                Optional.of(source));
    }

    private static DatabaseAddress parseUri(String address, String source) {
        if (hasRawPassword(address.substring(address.indexOf("://") + 3))) {
            throw unreadable(
                    source,
                    "the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20");
        }
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw unreadable(
                    source, "it is not a valid address (are special characters in the password percent-encoded?)");
        }
        if (uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
            throw unreadable(source, "it lacks the host or the name of the database");
        }
        // in this form a plus sign stands for itself, in a JDBC address for a space
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery().replace("+", "%2B");
        if (!query.contains("sslmode=") && !LOCAL_HOSTS.contains(uri.getHost())) {
            query = query.isEmpty() ? "sslmode=require" : query + "&sslmode=require";
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath().replace("+", "%2B");
        DatabaseAddress parsed =
                parseJdbc(JDBC + "//" + uri.getHost() + port + path + (query.isEmpty() ? "" : "?" + query), source);
        String userInfo = uri.getRawUserInfo();
        if (userInfo == null) {
            return parsed;
        }
        int colon = userInfo.indexOf(':');
        return colon < 0
                ? parsed.with(Optional.of(decode(userInfo)), Optional.empty())
                : parsed.with(
                        Optional.of(decode(userInfo.substring(0, colon))),
                        Optional.of(decode(userInfo.substring(colon + 1))));
    }

    /**
     * Whether the password has a character that needs encoding: a second @, a space, a % without digits, or a /, ? or #
     * before the @.
     */
    private static boolean hasRawPassword(String afterScheme) {
        String authority = afterScheme.split("[/?#]", 2)[0];
        String rest = afterScheme.substring(authority.length());
        String beforeHost = authority.substring(0, Math.max(0, authority.lastIndexOf('@')));
        return beforeHost.contains("@")
                || beforeHost.contains(" ")
                || beforeHost.matches(".*%(?![0-9A-Fa-f]{2}).*")
                || (authority.contains(":") && !authority.contains("@") && rest.contains("@"));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static CommandFailure unreadable(String source, String why) {
        // the address is not repeated, since it may hold a password
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The address in " + source + " cannot be used: " + why + ".\n"
                        + "Nothing was changed. Write jdbc:postgresql://HOST:PORT/NAME or postgres://USER:PASSWORD@HOST:PORT/NAME.");
    }

    /** Returns this address with the other user and password, as far as they are given. */
    public DatabaseAddress with(Optional<String> otherUser, Optional<String> otherPassword) {
        return new DatabaseAddress(url, otherUser.or(() -> user), otherPassword.or(() -> password), source);
    }

    /**
     * Connects, waiting at most 10 seconds for the server to answer.
     *
     * @param applicationName the name of the session in {@code pg_stat_activity}
     * @throws CommandFailure if the server cannot be reached or refuses the connection
     */
    public Connection connect(String applicationName) {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(secret -> properties.setProperty("password", secret));
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("loginTimeout", "10");
        // behind a pooler in transaction mode, a server-side prepared statement may belong to another client
        properties.setProperty("prepareThreshold", "0");
        properties.setProperty("allowEncodingChanges", "true"); // see ReadableText
        try {
            return new Driver().connect(url, properties);
        } catch (SQLException e) {
            // the driver fails if its thread is interrupted, and leaves the thread's flag set
            boolean interrupted = Thread.currentThread().isInterrupted() && InterruptHandler.interrupted();
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    interrupted
                            ? "You interrupted the attempt to connect to " + display() + ".\nNothing was changed."
                            : "Cannot connect to " + display() + ": " + reason(e) + "\nNothing was changed. "
                                    + advice(e, source),
                    e);
        }
    }

    /** Explains a failure to connect. For an unknown host the driver only reports that the attempt failed. */
    private static String reason(SQLException failure) {
        return failure.getCause() instanceof UnknownHostException unknown
                ? "the address of the host " + TerminalText.line(unknown.getMessage()) + " could not be resolved"
                : ServerError.of(failure).message();
    }

    private static String advice(SQLException failure, Optional<String> source) {
        return String.valueOf(failure.getMessage()).contains("does not support SSL")
                ? "To connect without TLS, on a network that nobody can eavesdrop on, add ?sslmode=disable to the address."
                : "Check the address, the user and the password"
                        + source.map(DatabaseAddress::from).orElse("") + ".";
    }

    /** Names the source of the address. If both variables can be set, it says which one takes precedence. */
    private static String from(String source) {
        return switch (source) {
            case "FLYWAY_URL" -> " (from FLYWAY_URL, which overrides DATABASE_URL)";
            case "DATABASE_URL" -> " (from DATABASE_URL; FLYWAY_URL would override it)";
            default -> " (from " + source + ")";
        };
    }

    /**
     * Returns a data source for Flyway. Flyway would substitute placeholders in a user and a password, but takes a data
     * source as it is.
     *
     * @param applicationName the name of the sessions in {@code pg_stat_activity}
     */
    public DataSource dataSource(String applicationName) {
        PGSimpleDataSource source = new UnendingSessions();
        source.setUrl(url);
        user.ifPresent(source::setUser);
        password.ifPresent(source::setPassword);
        source.setApplicationName(applicationName);
        return source;
    }

    /** A data source whose sessions have no time limits on the server. */
    private static final class UnendingSessions extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            Connection connection = super.getConnection(user, password);
            SessionTimeouts.turnOff(connection);
            return connection;
        }
    }

    /** The host, port, database and user on one line, for people to read. */
    public String display() {
        int query = url.indexOf('?');
        String place = (query < 0 ? url : url.substring(0, query)).substring(JDBC.length());
        // the driver, too, decodes only the name of the database
        int nameStart = place.lastIndexOf('/') + 1;
        String where = place.substring(0, nameStart).replaceFirst("^//", "")
                + URLDecoder.decode(place.substring(nameStart), StandardCharsets.UTF_8);
        return TerminalText.line(user.map(name -> where + " as " + name).orElse(where));
    }

    @Override
    public String toString() {
        return display();
    }
}
