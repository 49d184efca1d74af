package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A damaged file of observations and a wrong clock are reported, and nothing is guessed. */
@Tag("anyversion")
@Timeout(120)
class BrokenEvidenceTest {
    private static final Pattern AT = Pattern.compile("(?<=\"at\":\")[^\"]+");

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private Path file;

    /** Three observations, 40 and 20 days ago and now, of an index that nothing scans. */
    @BeforeEach
    void make() throws IOException {
        file = folder.resolve("observations.jsonl");
        database.run("create table t (a int)", "create index t_a on t (a)", "insert into t values (0)");
        // PostgreSQL 14 counts from the first report on
        database.awaitCounters("relname = 't' and n_tup_ins = 1");
        look();
        shift(Duration.ofDays(-20));
        for (int read = 0; read < 50; read++) {
            database.run("insert into t values (" + read + ")", "select count(*) from t");
        }
        database.awaitCounters("relname = 't' and n_tup_ins = 51 and seq_scan >= 50");
        look();
        shift(Duration.ofDays(-20));
        look();
        CommandRun whole = audit();
        assertThat(whole.error()).doesNotContain("WARNING");
        assertThat(whole.output()).contains("public.t: t_a", "no scan in 40 days");
    }

    private CommandRun look() {
        CommandRun run = CommandRun.on(database, "observe", file.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        return run;
    }

    private void shift(Duration by) throws IOException {
        Files.write(file, shifted(Files.readAllLines(file), by));
    }

    private static List<String> shifted(List<String> lines, Duration by) {
        return lines.stream()
                .map(line -> AT.matcher(line)
                        .replaceAll(at -> Instant.parse(at.group()).plus(by).toString()))
                .toList();
    }

    private CommandRun audit() {
        CommandRun run = CommandRun.on(database, "audit", "--evidence", file.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        return run;
    }

    private void assertUnknown(CommandRun audit, String why) {
        assertThat(audit.output())
                .doesNotContain("Unused, by the evidence")
                .containsPattern(why.replace("NODE", "localhost:[0-9]+/" + database.name()))
                .contains("public.t_a");
    }

    @Test
    void an_incomplete_line_and_later_lines_of_its_node_are_skipped() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(1, lines.get(1).substring(0, lines.get(1).length() - 40));
        Files.write(file, lines);
        CommandRun run = audit();
        assertThat(run.error())
                .contains(
                        "WARNING: line 2 of " + file
                                + " is not a complete observation and is skipped: writing it was interrupted, or it was edited.\n")
                .contains("WARNING: line 3 of " + file
                        + " holds changes since a line that does not precede it in the file, and is skipped.\n");
        assertUnknown(run, "stale: NODE was last observed at [^ ]+: observe it again");
    }

    @Test
    void misordered_lines_are_reported_and_prove_nothing() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.add(1, lines.remove(2));
        Files.write(file, lines);
        CommandRun run = audit();
        assertThat(run.error())
                .contains("WARNING: line 2 of " + file
                        + " holds changes since a line that does not precede it in the file, and is skipped.\n")
                .contains("WARNING: line 3 of " + file + " holds changes since");
        assertUnknown(run, "stale: NODE was last observed");
    }

    /** Each line is a complete observation, as after merging two files: only the times show the disorder. */
    @Test
    void misordered_whole_observations_restart_the_evidence() throws IOException {
        List<String> whole = List.of(Files.readAllLines(file).get(0));
        List<String> swapped = new ArrayList<>(shifted(whole, Duration.ofDays(40)));
        swapped.addAll(whole);
        Files.write(file, swapped);
        assertUnknown(audit(), "stale|the clock of NODE went back before");
    }

    @Test
    void a_clock_set_back_is_reported_and_restarts_the_evidence() throws IOException {
        shift(Duration.ofDays(2));
        CommandRun look = look();
        assertThat(look.error())
                .containsPattern(
                        "WARNING: the clock of localhost:[0-9]+/%s went back, from [^ ]+Z to [^ ]+Z: the evidence of this node starts again\\.\n"
                                .formatted(database.name()));
        assertUnknown(
                audit(),
                "too_short: no scan in 0\\.0 of 35 days, since [^ ]+ \\(the clock of NODE went back before\\); if there is still none, this is enough on");
    }

    @Test
    void a_file_of_two_clusters_proves_nothing_and_nothing_is_added_or_migrated() throws IOException {
        String own = Files.readString(file);
        String both = own + own.replaceAll("\"cluster\":\"[0-9]+\"", "\"cluster\":\"42\"");
        Files.writeString(file, both);
        CommandRun audit = CommandRun.on(database, "audit", "--evidence", file.toString());
        assertThat(audit.exitCode()).isEqualTo(2);
        assertThat(audit.error())
                .contains("holds observations of more than one database, so it proves nothing about any of them:\n")
                .contains("Nothing was changed. Keep only the lines of one database.");
        CommandRun observe = CommandRun.on(database, "observe", file.toString());
        assertThat(observe.exitCode()).isEqualTo(2);
        assertThat(observe.error())
                .contains(
                        "These addresses are not the same database of one cluster:\n",
                        "cluster 42, database " + database.name())
                .contains("Nothing was written. Use a file for each of them.");
        CommandRun watch = CommandRun.on(database, "watch", file.toString());
        assertThat(watch.exitCode()).as(watch.output() + watch.error()).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo(both);
    }

    @Test
    void a_missing_node_is_reported_and_its_observations_count_until_they_are_too_old() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        List<String> other = lines.stream()
                .map(line -> line.replace("\"node\":\"", "\"node\":\"standby.")
                        .replace("Reset\":\"20", "Reset\":\"19")
                        .replace("\"recovery\":false", "\"recovery\":true"))
                .toList();
        lines.addAll(shifted(other, Duration.ofDays(-2)));
        Files.write(file, lines);
        CommandRun two = audit();
        assertThat(two.output()).containsPattern("no scan in (37|38) days, .*, standby\\.localhost");
        CommandRun observe = CommandRun.on(
                database, "observe", file.toString(), "--node", "jdbc:postgresql://localhost:1/" + database.name());
        assertThat(observe.exitCode()).isEqualTo(3);
        assertThat(observe.error()).contains("Cannot connect to localhost:1/" + database.name());
        lines.subList(3, 6).clear();
        lines.addAll(shifted(other, Duration.ofDays(-12)));
        Files.write(file, lines);
        assertUnknown(audit(), "stale: standby\\.NODE was last observed at [^ ]+: observe it again or");
    }
}
