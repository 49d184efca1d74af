package dbopt.rehearse;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A rehearsal of a third-party application: the schema and the statements of <a
 * href="https://github.com/hatchet-dev/hatchet">Hatchet</a>, from a clone of it in {@code -Ddbopt.hatchet}. Its statements are
 * run once each, with made-up values on made-up rows, so that pg_stat_statements has counted them. It prints what it measured.
 */
@Tag("long")
@Timeout(1800)
@EnabledIfSystemProperty(named = "dbopt.hatchet", matches = ".+")
class PublicSchemaTest {
    private static final Path CLONE = Path.of(System.getProperty("dbopt.hatchet", ""));

    private static final Pattern STATEMENT = Pattern.compile("(?ms)^-- name: (\\w+) :\\w+\\s*$(.*?)(?=^-- name: |\\z)");

    /** As sqlc has a parameter: {@code @name::type}, {@code sqlc.narg('name')::type}. */
    private static final Pattern PARAMETER = Pattern.compile(
            "(?:sqlc\\.n?arg\\(\\s*'?\\w+'?\\s*\\)|(?<![<@\\w])@\\w+)(?:::(?<type>\"?\\w+\"?)(?<array>\\[\\])?)?");

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("uuid", "00000000-0000-0000-0000-000000000001"),
            Map.entry("text", "t1"),
            Map.entry("varchar", "t1"),
            Map.entry("boolean", "true"),
            Map.entry("bool", "true"),
            Map.entry("jsonb", "{}"),
            Map.entry("json", "{}"),
            Map.entry("timestamp", "2026-01-01"),
            Map.entry("timestamptz", "2026-01-01"),
            Map.entry("date", "2026-01-01"),
            Map.entry("interval", "1 day"),
            Map.entry("bytea", "x"));

    /** The types that are tried for an untyped parameter until the statement runs. */
    private static final List<String> UNTYPED =
            List.of("00000000-0000-0000-0000-000000000001", "1", "2026-01-01", "t1", "true");

    /** Fills each table, of which the checks allow it, by the types of its columns. */
    private static final String ROWS =
            """
            do $$
            declare
                one record;
            begin
                for one in
                    select c.oid::regclass as name, string_agg(quote_ident(a.attname), ', ') as columns,
                        string_agg(case
                            when t.typname = 'uuid' then 'md5((i %% ' || (array[50, 400, 3000])[1 + a.attnum %% 3] || ')::text)::uuid'
                            when t.typname in ('int2', 'int4', 'int8') then 'i'
                            when t.typname in ('text', 'varchar') then '''t'' || i %% ' || (array[20, 300, 3000])[1 + a.attnum %% 3]
                            when t.typname = 'bool' then 'i %% 7 = 0'
                            when t.typname in ('timestamp', 'timestamptz', 'date') then 'now() - i * interval ''20 seconds'''
                            when t.typname in ('json', 'jsonb') then '''{}'''
                            when t.typtype = 'e' then '(enum_range(null::' || a.atttypid::regtype || '))[1 + i %% cardinality(enum_range(null::' || a.atttypid::regtype || '))]'
                            else 'null'
                        end, ', ') as
                        values
                    from pg_class c
                    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
                    join pg_type t on t.oid = a.atttypid
                    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
                    group by c.oid
                loop
                    begin
                        execute format('insert into %s (%s) select %s from generate_series(1, 3000) i on conflict do nothing', one.name, one.columns, one.values);
                    exception when others then
                        raise notice '%: %', one.name, sqlerrm;
                    end;
                end loop;
            end $$
            """
                    .replace("%%", "%");

    @TempDir
    private Path folder;

    @Test
    void nearly_all_statements_of_a_public_schema_are_explained() throws Exception {
        try (OwnServer server = OwnServer.start(folder.resolve("source"))) {
            server.run("alter system set shared_preload_libraries = 'pg_stat_statements'");
            server.stopImmediately();
            server.startAgain();
            server.run("alter system set \"pg_stat_statements.max\" = 20000");
            server.stopImmediately();
            server.startAgain();
            rehearse(server.empty());
        }
    }

    private void rehearse(TestDatabase database) throws Exception {
        database.runAsSuperuser("create extension pg_stat_statements");
        for (String part : List.of("v0", "v1-core", "v1-olap")) {
            // in one message, where nothing can be concurrent
            database.run(Files.readString(CLONE.resolve("sql/schema/" + part + ".sql"))
                    .replaceAll("(?i)create( unique)? index concurrently", "create$1 index"));
        }
        database.runAsSuperuser("set session_replication_role = replica", ROWS);
        database.runAsSuperuser("vacuum analyze", "select pg_stat_statements_reset()");
        Map<String, String> statements = statements();
        int run = run(database, statements);
        CommandRun audit = CommandRun.with(environment(database), "audit", "--format", "json");
        Path proposed = Files.writeString(folder.resolve("audit.json"), audit.output());
        long start = System.nanoTime();
        CommandRun rehearsal =
                CommandRun.with(environment(database), "rehearse", "--statements", "--proposed", proposed.toString());
        System.out.printf(
                "%s tables, %s indexes. %d of %d statements ran. The rehearsal took %.1f s.%n%s%n",
                database.query(
                        "select count(*) from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"),
                database.query(
                        "select count(*) from pg_class where relkind in ('i', 'I') and relnamespace = 'public'::regnamespace"),
                run,
                statements.size(),
                (System.nanoTime() - start) / 1e9,
                rehearsal.output());
        assertThat(rehearsal.exitCode()).as(rehearsal.error()).isZero();
        JsonNode report = JsonMapper.shared()
                .readTree(CommandRun.with(
                                environment(database),
                                "rehearse",
                                "--statements",
                                "--proposed",
                                proposed.toString(),
                                "--format",
                                "json")
                        .output());
        for (JsonNode statement : report.path("statements")) {
            if (statement.path("verdict").asString().equals("unknown")) {
                System.out.println("Unknown: " + statement.path("detail") + "\n"
                        + statement.path("text").asString());
            }
        }
        assertThat(report.path("shareOfCalls").asDouble()).isGreaterThan(0.95);
    }

    private static Map<String, String> statements() throws IOException {
        Map<String, String> statements = new HashMap<>();
        try (Stream<Path> files = Files.list(CLONE.resolve("pkg/repository/sqlcv1"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".sql")).toList()) {
                for (MatchResult found :
                        STATEMENT.matcher(Files.readString(file)).results().toList()) {
                    statements.put(
                            found.group(1),
                            found.group(2)
                                    .replaceAll("sqlc\\.embed\\((\\w+)\\)", "$1.*")
                                    .replaceAll(";\\s*\\z", ""));
                }
            }
        }
        return statements;
    }

    /** Runs each statement in a transaction that is rolled back; returns how many succeeded. */
    private static int run(TestDatabase database, Map<String, String> statements) throws SQLException {
        Map<String, String> values = new HashMap<>(VALUES);
        database.query("select typname || ' ' || enumlabel from pg_enum e join pg_type t on t.oid = e.enumtypid")
                .forEach(label ->
                        values.putIfAbsent(label.split(" ", -1)[0].toLowerCase(Locale.ROOT), label.split(" ", -1)[1]));
        List<String> failures = new ArrayList<>();
        int run = 0;
        try (Connection application = database.connect();
                Statement session = application.createStatement()) {
            application.setAutoCommit(false);
            for (Map.Entry<String, String> statement : statements.entrySet()) {
                Optional<String> failure = Optional.of("");
                for (int kind = 0; failure.isPresent() && kind < UNTYPED.size(); kind++) {
                    try {
                        session.execute(literally(statement.getValue(), values, UNTYPED.get(kind)));
                        failure = Optional.empty();
                    } catch (SQLException e) {
                        failure = Optional.of(e.getMessage().lines().findFirst().orElse(""));
                    }
                    application.rollback();
                }
                failure.ifPresent(why -> failures.add(statement.getKey() + ": " + why));
                run += failure.isEmpty() ? 1 : 0;
            }
        }
        System.out.println(failures.stream().sorted().collect(joining("\n", "Did not run:\n", "\n")));
        return run;
    }

    private static String literally(String text, Map<String, String> values, String untyped) {
        return PARAMETER.matcher(text).replaceAll(found -> {
            Matcher parameter = PARAMETER.matcher(found.group());
            parameter.matches();
            String type = parameter.group("type");
            String value = type == null
                    ? untyped
                    : values.getOrDefault(type.replace("\"", "").toLowerCase(Locale.ROOT), "1");
            return Matcher.quoteReplacement(
                    type == null
                            ? "'" + value + "'"
                            : parameter.group("array") == null
                                    ? "'" + value + "'::" + type
                                    : "'{\"" + value + "\"}'::" + type + "[]");
        });
    }

    private Map<String, String> environment(TestDatabase database) {
        Map<String, String> environment = new HashMap<>(database.address());
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("PATH", System.getenv("PATH"));
        return environment;
    }
}
