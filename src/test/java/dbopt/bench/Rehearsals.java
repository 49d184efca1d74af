package dbopt.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The prediction of a rehearsal of the six drops next to the result of plans compare, and the rehearsal's cost. */
final class Rehearsals {
    private static final String ABOUT =
            "The six drops, foretold by dbopt rehearse beside what plans compare --analyze measures";
    private static final Path FOLDER = Path.of("target", "bench");

    private final BenchServer server;
    private final Programs programs;
    private final Consumer<String> progress;

    Rehearsals(BenchServer server, Consumer<String> progress) {
        this.server = server;
        this.programs = new Programs(server);
        this.progress = progress;
    }

    void measure(BenchmarkReport report) throws Exception {
        server.run(BenchServer.AUDITED, "drop schema if exists bench cascade", "vacuum analyze");
        Path plans = FOLDER.resolve("plans.json");
        progress.accept("recording the plans");
        programs.dbopt("plans", "record", plans.toString(), "--analyze");
        progress.accept("rehearsing");
        JsonNode foretold = programs.json(server.address(BenchServer.AUDITED), "rehearse", "--format", "json");
        progress.accept("migrating");
        programs.dbopt("migrate");
        server.run(BenchServer.AUDITED, "vacuum analyze");
        JsonNode measured = programs.json(
                server.address(BenchServer.AUDITED), "plans", "compare", plans.toString(), "--format", "json");
        programs.undo();
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        foretold.path("statements")
                .forEach(each -> byName.put(each.path("statement").asString(), each));
        int same = 0;
        for (JsonNode change : measured.path("queries")) {
            JsonNode before = byName.get(change.path("query").asString());
            String verdict = change.path("verdict").asString();
            if (before.path("verdict").asString().equals(verdict)) {
                same++;
            }
            if (!verdict.equals("same") || !before.path("verdict").asString().equals("same")) {
                report.row(
                        ABOUT,
                        change.path("query").asString() + ": foretold "
                                + before.path("verdict").asString(),
                        before.path("times").asDouble(),
                        "measured: " + verdict,
                        change.path("times").asDouble(1),
                        "times");
            }
        }
        report.remark(
                "Of " + measured.path("queries").size() + " queries " + same
                        + " have the verdict that the rehearsal foretold; those that are the same in both are not in the table.");
    }

    /** A rehearsal of one index on a catalog of this size, and the most that its twin takes on the disk. */
    void largeCatalogs(int tables, BenchmarkReport report) throws Exception {
        String empty = String.format(Locale.ROOT, "A catalog of %,d tables", tables);
        largeCatalog(empty, LargeCatalog.make(server, tables, progress), report);
        largeCatalog(empty + ", with 200 rows in each", LargeCatalog.makeFilled(server, tables, progress), report);
    }

    private void largeCatalog(String about, String name, BenchmarkReport report) throws Exception {
        Path cache = Files.createTempDirectory(FOLDER.toAbsolutePath(), "cache");
        Map<String, String> address = new HashMap<>(server.address(name));
        address.put("XDG_CACHE_HOME", cache.toString());
        progress.accept("rehearsing: " + about);
        DiskWatch watch = new DiskWatch(cache);
        double seconds = programs.dboptOn(address, "rehearse", "--without", "t1_a");
        double megabytes = watch.end();
        report.row(
                about,
                "dbopt rehearse, the whole process",
                seconds,
                "dbopt maintain --reindex --dry-run",
                programs.dboptOn(server.address(name), "maintain", "--reindex", "--dry-run"),
                "s");
        report.row(
                about,
                "the twin, the most that it takes on the disk",
                megabytes,
                "the database",
                Double.parseDouble(server.rows(name, "select pg_database_size(current_database()) / 1048576.0")
                        .get(0)
                        .get(0)),
                "MB");
        new ProcessBuilder("rm", "-rf", cache.toString()).start().waitFor();
    }

    /** Samples the size of a folder, without the files that are fetched once for all rehearsals. */
    private static final class DiskWatch {
        private final Path folder;
        private final Thread thread = new Thread(this::watch, "disk watch");
        private volatile boolean ended;
        private volatile double most;

        DiskWatch(Path folder) {
            this.folder = folder;
            thread.setDaemon(true);
            thread.start();
        }

        private void watch() {
            try {
                while (!ended) {
                    taken().ifPresent(now -> most = Math.max(most, now));
                    TimeUnit.MILLISECONDS.sleep(3000);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private Optional<Double> taken() throws IOException, InterruptedException {
            Process du = new ProcessBuilder("du", "-sk", "--exclude=binaries", folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String printed = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            du.waitFor();
            int end = printed.indexOf('\t');
            return end < 0 ? Optional.empty() : Optional.of(Double.parseDouble(printed.substring(0, end)) / 1024);
        }

        double end() throws InterruptedException {
            ended = true;
            thread.join();
            return most;
        }
    }
}
