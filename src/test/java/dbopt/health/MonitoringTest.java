package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The alerts and the dashboard of dev/monitoring, by promtool and on a Prometheus that reads what health writes. */
@Tag("anyversion")
@Timeout(120)
class MonitoringTest {
    private static final Path PACK = Path.of("dev/monitoring");
    private static final Path RULES = PACK.resolve("dbopt.rules.yml");

    @TempDir
    private static Path folder;

    private static String metrics;

    @BeforeAll
    static void look() throws IOException {
        Path observations = folder.resolve("observations.jsonl");
        try (TestDatabase audited = TestDatabase.audited()) {
            CommandRun.on(audited, "observe", observations.toString()).assertSucceeded();
            audited.runAsSuperuser("grant pg_read_all_stats to " + TestDatabase.OWNER);
            CommandRun run =
                    CommandRun.on(audited, "health", "--format", "prometheus", "--evidence", observations.toString());
            audited.runAsSuperuser("revoke pg_read_all_stats from " + TestDatabase.OWNER);
            run.assertSucceeded();
            metrics = run.output() + ofOneThatIsNotReached();
        }
    }

    /** The metrics have a sample of each database, whether dbopt can connect to it or not. */
    private static String ofOneThatIsNotReached() throws IOException {
        Path databases = Files.writeString(
                folder.resolve("databases.txt"), "dead jdbc:postgresql://localhost:1/dead?user=application\n");
        return CommandRun.with(Map.of(), "health", "--format", "prometheus", "--databases", databases.toString())
                .output();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static Path program(String name) {
        Path program = Path.of("/usr/bin", name);
        if (!Files.isExecutable(program)) {
            System.out.println("There is no " + program + ": dev/monitoring is NOT judged by it.");
        }
        assumeTrue(Files.isExecutable(program), "no " + name);
        return program;
    }

    @Test
    void each_alert_fires_when_it_should_and_only_then() throws IOException, InterruptedException {
        String tests = read(PACK.resolve("dbopt.rules.test.yml"));
        for (String alert : found("- alert: (\\w+)", read(RULES))) {
            assertThat(tests)
                    .containsPattern("alertname: " + alert + "\n +exp_alerts:\n")
                    .containsPattern("alertname: " + alert + "\n +exp_alerts: \\[]\n");
        }
        Process judge = new ProcessBuilder(program("promtool").toString(), "test", "rules", "dbopt.rules.test.yml")
                .directory(PACK.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(judge.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("SUCCESS")
                .doesNotContain("FAILED");
        assertThat(judge.waitFor()).isZero();
    }

    @Test
    void each_alert_links_to_a_page_and_each_check_to_its_own() {
        assertThat(found("runbook_url: \"([^\"]+)\"", read(RULES)))
                .hasSameSizeAs(found("- alert: (\\w+)", read(RULES)))
                .allSatisfy(page -> assertThat(page.equals("{{ $labels.page }}") || Files.exists(Path.of(page)))
                        .as(page)
                        .isTrue());
        assertThat(found("page=\"([^\"]+)\"", metrics))
                .contains("dev/guides/checks/watched_drops.md", "dev/guides/checks/grown_indexes.md")
                .allSatisfy(page -> assertThat(Path.of(page)).exists());
    }

    @Test
    void every_metric_is_used_and_every_metric_in_use_exists() {
        Set<String> written = new TreeSet<>(found("# TYPE (\\w+) ", metrics));
        String used = read(RULES) + queries().stream().map(Object::toString).collect(Collectors.joining("\n"));
        assertThat(new TreeSet<>(found("\\b(dbopt_\\w+)", used))).isEqualTo(written);
        assertThat(new TreeSet<>(found("`(dbopt_\\w+)`", read(PACK.resolve("README.md")))))
                .isEqualTo(written);
    }

    /** The queries of the dashboard, for every database. */
    private static List<String> queries() {
        List<String> queries = new ArrayList<>();
        JsonNode dashboard = JsonMapper.shared().readTree(read(PACK.resolve("dashboard.json")));
        dashboard.path("panels").forEach(panel -> panel.path("targets")
                .forEach(target -> queries.add(target.path("expr").asString().replace("$database", ".*"))));
        return queries;
    }

    /** The query that marks changes in the dashboard; its result is empty where nothing changed. */
    private static List<String> annotations() {
        List<String> queries = new ArrayList<>();
        JsonMapper.shared()
                .readTree(read(PACK.resolve("dashboard.json")))
                .path("annotations")
                .path("list")
                .forEach(annotation ->
                        queries.add(annotation.path("expr").asString().replace("$database", ".*")));
        assertThat(queries).isNotEmpty().allMatch(query -> query.contains("dbopt_"));
        return queries;
    }

    @Test
    void each_query_of_the_dashboard_finds_data_in_a_prometheus_that_reads_the_file() throws Exception {
        HttpServer exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        exporter.createContext("/metrics", exchange -> {
            byte[] body = metrics.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        exporter.start();
        int port = freePort();
        Path configuration = Files.writeString(
                folder.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: node
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """
                        .formatted(RULES.toAbsolutePath(), exporter.getAddress().getPort()));
        Process prometheus = new ProcessBuilder(
                        program("prometheus").toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("series"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        try {
            Await.until(
                    () -> !result(port, "count_over_time(dbopt_health_timestamp_seconds[1m]) >= 3")
                            .isEmpty(),
                    () -> "Prometheus has read the file three times:\n" + read(folder.resolve("prometheus.log")));
            for (String query : queries()) {
                assertThat(result(port, query)).as(query).isNotEmpty();
            }
            for (String query : annotations()) {
                assertThat(ask(port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                                .path("status")
                                .asString())
                        .as(query)
                        .isEqualTo("success");
            }
            JsonNode rules = ask(port, "/api/v1/rules")
                    .path("data")
                    .path("groups")
                    .get(0)
                    .path("rules");
            assertThat(rules).hasSize(found("- alert: (\\w+)", read(RULES)).size());
            assertThat(rules.valueStream())
                    .allSatisfy(rule ->
                            assertThat(rule.path("lastError").asString("")).isEmpty());
            assertThat(rules.valueStream()
                            .filter(rule -> !rule.path("state").asString().equals("inactive"))
                            .map(rule -> rule.path("name").asString()))
                    .contains("DatabaseHealthWarning", "CleanUpTargetMissed", "DatabaseNotReached")
                    .doesNotContain("DatabaseHealthNotLookedAt", "DroppedIndexMissed", "DatabaseHealthMissing");
        } finally {
            prometheus.destroy();
            prometheus.waitFor();
            exporter.stop(0);
        }
    }

    private static JsonNode result(int port, String query) {
        return ask(port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .path("data")
                .path("result");
    }

    /** The answer of Prometheus; empty while it does not answer. */
    private static JsonNode ask(int port, String path) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 503
                    ? JsonMapper.shared().createObjectNode()
                    : JsonMapper.shared().readTree(answer.body());
        } catch (IOException e) {
            return JsonMapper.shared().createObjectNode();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
