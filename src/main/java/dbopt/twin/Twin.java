package dbopt.twin;

import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
import dbopt.server.DatabaseAddress;
import dbopt.server.DefinitionSettings;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.twin.SourceFacts.TableName;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A server without data whose planner decides as that of the source: it has the same schema, statistics and settings, and
 * files of the same size. The twin exists as long as this object. Dropping something in it harms nobody.
 */
public final class Twin implements AutoCloseable {
    /** The supported versions: the newest minor version of each major version. */
    static final Map<Integer, String> VERSIONS = Collections.unmodifiableMap(
            new TreeMap<>(Map.of(14, "14.24.0", 15, "15.19.0", 16, "16.15.0", 17, "17.11.0", 18, "18.6.0")));

    static final String DATABASE = "dbopt_twin";
    static final String OWNER = "owner of the twin";
    private static final String APPLICATION = "dbopt twin";

    /**
     * The locale to use if this machine lacks that of the source. It has no language's rules either, but is not treated as
     * sorting by bytes alone.
     */
    private static final String OTHER_LOCALE = "C.UTF-8";

    private static final int TABLES_NAMED = 10;

    private final TwinHost server;
    private final String password = newPassword();
    private final SortedMap<TableName, String> unknown = new TreeMap<>();
    private final List<String> neverAnalysed = new ArrayList<>();
    private Optional<String> localeNote = Optional.empty();

    private Twin(TwinHost server) {
        this.server = server;
    }

    /**
     * Makes a twin. The source is only read, in a transaction that is rolled back.
     *
     * @param given an empty server to make the twin on; empty for an embedded server
     * @throws CommandFailure if the twin cannot be made here, or not of the source's version
     */
    public static Twin of(
            Connection source,
            BundledSql sql,
            Map<String, String> environment,
            Optional<DatabaseAddress> given,
            Consumer<String> progress)
            throws SQLException {
        int major = source.getMetaData().getDatabaseMajorVersion();
        requireSupported(major);
        requirePages(Rows.only(source, "select pg_catalog.current_setting('block_size')::int", row -> row.getInt(1)));
        try {
            progress.accept("Reading the schema");
            SourceFacts facts = SourceFacts.read(source, sql);
            progress.accept("Starting a PostgreSQL " + major + " for the twin");
            Twin twin = new Twin(given.isPresent() ? GivenServer.at(given.get(), major) : embedded(major, environment));
            try {
                twin.make(source, facts, sql, progress);
                twin.neverAnalysed.addAll(neverAnalysed(source, sql));
            } catch (IOException | SQLException | RuntimeException e) {
                twin.close();
                throw e instanceof RuntimeException failure ? failure : failed(e);
            }
            return twin;
        } finally {
            source.rollback();
            source.setAutoCommit(true);
        }
    }

    static void requireSupported(int major) {
        if (!VERSIONS.containsKey(major)) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "No twin of PostgreSQL %d can be made, only of versions %s. Nothing was changed."
                            .formatted(major, VERSIONS.keySet()));
        }
    }

    static void requirePages(int bytes) {
        if (bytes != TwinFiles.PAGE) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "No twin of a PostgreSQL with pages of %d bytes can be made, only of %d. Nothing was changed."
                            .formatted(bytes, TwinFiles.PAGE));
        }
    }

    private static List<String> neverAnalysed(Connection source, BundledSql sql) throws SQLException {
        return Rows.all(source, sql.query("db/rehearse/never_analysed.sql"), row -> ReadableText.required(row, "name")
                .text());
    }

    private static TwinHost embedded(int major, Map<String, String> environment) {
        try {
            return TwinServer.start(major, environment);
        } catch (NoClassDefFoundError e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    The embedded PostgreSQL, which the twin needs, is not beside this jar (target/embedded).
                    Nothing was changed. Run scripts/dbopt in a clone of the repository; or give a server of your own to be the twin, of the same major version and without data: --twin ADDRESS""",
                    e);
        }
    }

    private static CommandFailure failed(Exception e) {
        String why = InterruptHandler.interrupted()
                ? "you interrupted it"
                : e instanceof SQLException refused ? ServerError.of(refused).text() : String.valueOf(e.getMessage());
        return new CommandFailure(
                CommandFailure.Kind.FAILED, "The twin could not be created: " + why + "\nNothing was changed.", e);
    }

    private void make(Connection source, SourceFacts facts, BundledSql sql, Consumer<String> progress)
            throws SQLException, IOException {
        try (Connection administration = server.address("postgres").connect(APPLICATION)) {
            execute(administration, "create role \"" + OWNER + "\" login password " + literal(password));
            createDatabase(administration, facts.database());
            execute(administration, "alter database " + DATABASE + " owner to \"" + OWNER + "\"");
            configure(administration, facts.settings());
        }
        TwinFiles files;
        try (Connection superuser = pinned(superuser());
                Connection owner = pinned(connect())) {
            execute(superuser, "alter schema public owner to \"" + OWNER + "\"");
            Map<SchemaObject, String> failures = new TwinSchema(superuser, owner, progress).make(facts.objects());
            progress.accept("Copying the statistics");
            carryStatistics(source, superuser, sql, facts.major());
            unknown.putAll(notMade(failures));
            unknown.putAll(facts.unknown());
            for (TableName table : List.copyOf(unknown.keySet())) {
                lose(superuser, sql, table);
            }
            lostToo(superuser, facts.objects(), "view", "it reads what is not in the twin");
            lostToo(
                    superuser,
                    facts.objects(),
                    "table",
                    "a partition of the same table, or a table that inherits from the same one, is not in the twin");
            files = TwinFiles.read(superuser, sql);
        }
        server.resize(files);
    }

    /** Returns the first failure of each table: an index fails because its table did. */
    private static Map<TableName, String> notMade(Map<SchemaObject, String> failures) {
        Map<TableName, String> reasons = new TreeMap<>();
        failures.forEach((object, why) -> TableName.parse(object.onTable().isEmpty() ? object.name() : object.onTable())
                .ifPresent(name -> reasons.putIfAbsent(
                        name, "the " + object.kind() + " " + object.name() + " cannot be made: " + why)));
        return reasons;
    }

    private void carryStatistics(Connection source, Connection superuser, BundledSql sql, int major)
            throws IOException {
        try {
            new TwinStatistics(source, superuser, sql, major)
                    .carry()
                    .forEach(table -> unknown.put(table, "not all of its statistics can be copied"));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    InterruptHandler.interrupted()
                            ? "You interrupted it. Nothing was changed, and the twin is removed."
                            : "The statistics cannot be copied into the twin (SQLSTATE " + e.getSQLState()
                                    + "). What the server says of it can hold values of the data, and is not repeated.\nNothing was changed, and the twin is removed.");
        }
    }

    /**
     * Records why tables or views are missing that were dropped together with another table: views that read it, and all
     * that is partitioned with it.
     */
    private void lostToo(Connection superuser, List<SchemaObject> objects, String kind, String why)
            throws SQLException {
        List<String> names = objects.stream()
                .filter(object -> object.kind().equals(kind))
                .map(SchemaObject::name)
                .toList();
        for (String lost : Rows.all(
                superuser,
                "select name from pg_catalog.unnest(?::text[]) name where pg_catalog.to_regclass(name) is null",
                row -> row.getString("name"),
                names)) {
            TableName.parse(lost).ifPresent(name -> unknown.putIfAbsent(name, why));
        }
    }

    private static void lose(Connection superuser, BundledSql sql, TableName table) throws SQLException {
        Map<String, String> lost = Rows.map(
                superuser,
                sql.query("db/rehearse/twin/lose.sql"),
                row -> row.getString("name"),
                row -> row.getString("relkind"),
                table.schema(),
                table.name());
        for (Map.Entry<String, String> relation : lost.entrySet()) {
            execute(
                    superuser,
                    "drop " + (relation.getValue().equals("m") ? "materialized view " : "table ") + relation.getKey()
                            + " cascade");
        }
    }

    /** Creates the database with the locale of the source; if this machine lacks that locale, with another one and a note. */
    private void createDatabase(Connection administration, SourceFacts.Database database) throws SQLException {
        String create = "create database " + DATABASE + " template template0 encoding " + literal(database.encoding());
        String locale = " lc_collate " + literal(database.collate()) + " lc_ctype " + literal(database.ctype());
        String provider =
                switch (database.provider()) {
                    case "i" -> " locale_provider icu icu_locale "
                            + literal(database.locale().orElse("und"));
                    case "b" -> " locale_provider builtin builtin_locale "
                            + literal(database.locale().orElse("C"));
                    default -> "";
                };
        try {
            execute(administration, create + locale + provider);
        } catch (SQLException e) {
            String other = database.encoding().equals("UTF8") ? OTHER_LOCALE : "C";
            execute(administration, create + " lc_collate " + literal(other) + " lc_ctype " + literal(other));
            localeNote = Optional.of("The locale " + database.locale().orElse(database.collate())
                    + " is not on this machine: the twin sorts texts as " + other
                    + " does, and estimates for ranges of texts can differ.");
        }
    }

    private static void configure(Connection administration, Map<String, String> settings) throws SQLException {
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            // a search path is a list of names, not a literal
            String value = setting.getKey().equals("search_path") ? setting.getValue() : literal(setting.getValue());
            execute(administration, "alter database " + DATABASE + " set " + setting.getKey() + " = " + value);
        }
    }

    private static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Pins the settings of the session under which names and values are printed. */
    private static Connection pinned(Connection connection) throws SQLException {
        execute(connection, DefinitionSettings.pinnedInTransaction().replace(", true)", ", false)"));
        execute(connection, "set check_function_bodies = off");
        return connection;
    }

    private Connection superuser() {
        return server.address(DATABASE).connect(APPLICATION);
    }

    /** Connects as the role that owns everything in the twin and is not a superuser. */
    public Connection connect() {
        DatabaseAddress address = server.address(DATABASE);
        return address.with(Optional.of(OWNER), Optional.of(password)).connect(APPLICATION);
    }

    /**
     * Keeps the statistics of the expressions of these indexes beyond the drop of the indexes, as the migration that drops
     * an index does.
     *
     * @param indexes the names of the indexes, as SQL has them
     * @return whether the indexes have expressions
     */
    public boolean keepExpressionStatistics(List<String> indexes, BundledSql sql) throws SQLException {
        try (Connection superuser = pinned(superuser());
                Connection owner = pinned(connect())) {
            return TwinStatistics.keepOfExpressions(superuser, owner, indexes, sql);
        }
    }

    /** What the twin lacks, with the reasons, by the name in the server's messages. */
    public Map<String, String> unknown() {
        SortedMap<String, String> names = new TreeMap<>();
        unknown.forEach((name, why) -> names.put(name.toString(), why));
        return names;
    }

    /** The limits of the twin that a reader of its plans should know. */
    public List<String> notes() {
        return Stream.of(localeNote, guessedNote(), server.note())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<String> guessedNote() {
        return neverAnalysed.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "These tables were never analysed, so their plans are guesses, here as on the database (ANALYZE makes them): "
                                + neverAnalysed.stream().limit(TABLES_NAMED).collect(joining(", "))
                                + (neverAnalysed.size() > TABLES_NAMED
                                        ? " and " + (neverAnalysed.size() - TABLES_NAMED) + " more"
                                        : ""));
    }

    static String newPassword() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    @Override
    public void close() {
        server.close();
    }
}
