package dbopt.evidence;

import static dbopt.evidence.Looks.DEFINITION;
import static dbopt.evidence.Looks.day;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.evidence.UsageVerdict.Unknown;
import dbopt.evidence.UsageVerdict.Used;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table of the guide: what was observed, and what it proves. */
@Tag("anyversion")
class EvidenceCasesTest {
    private static final Path GUIDE = Path.of("dev/guides/EVIDENCE.md");
    private static final String BEGIN = "<!-- cases: begin -->\n";
    private static final String END = "<!-- cases: end -->\n";

    private final List<String> rows = new ArrayList<>();

    /** A cluster under observation. */
    private static final class Cluster {
        private final Evidence evidence = new Evidence();
        private final Looks p = Looks.primary("p");
        private final Looks s = Looks.standby("s", Duration.ofDays(100));

        private void look(Looks node, double... days) {
            for (double day : days) {
                evidence.add(node.look(day));
            }
        }
    }

    private void on(double day, String observed, Consumer<Cluster> history) {
        Cluster cluster = new Cluster();
        history.accept(cluster);
        UsageVerdict verdict = cluster.evidence.of("public", "i", DEFINITION, day(day), Duration.ofDays(Evidence.DAYS));
        rows.add("| %s | %s |".formatted(observed, words(verdict)));
    }

    private static String words(UsageVerdict verdict) {
        if (verdict instanceof Unknown unknown) {
            return "unknown, `%s`: %s".formatted(unknown.code(), unknown.missing());
        }
        return verdict instanceof Used used
                ? "used: the last scan before " + used.before()
                : "**unused**: no scan in %d days, on %s"
                        .formatted(
                                ((UsageVerdict.Unused) verdict).days(),
                                String.join(", ", ((UsageVerdict.Unused) verdict).nodes()));
    }

    @Test
    void the_cases_are_those_of_the_guide() throws IOException {
        on(36, "36 days apart, the same figure", c -> c.look(c.p, 0, 36));
        on(36, "the same, and the figure is not 0: it was scanned before", c -> {
            c.p.scans = 5;
            c.look(c.p, 0, 36);
        });
        on(20, "20 days apart, the same figure", c -> c.look(c.p, 0, 20));
        on(40, "a scan on day 11, looks on day 0, 10, 20, 40", c -> {
            c.look(c.p, 0, 10);
            c.p.scan(day(11));
            c.look(c.p, 20, 40);
        });
        on(0, "one look, the counters began the day before, and no scan", c -> c.look(c.p, 0));
        on(0, "one look at a figure that is not 0", c -> {
            c.p.scans = 7;
            c.look(c.p, 0);
        });
        on(36, "its table is hardly read", c -> {
            c.p.readsADay = 0.1;
            c.look(c.p, 0, 36);
        });
        on(36, "`s` streams from `p`, and was not observed", c -> {
            c.p.standbys = List.of("s");
            c.look(c.p, 0, 36);
        });
        on(36, "the same, and `s` was observed once: its counters began 100 days before", c -> {
            c.p.standbys = List.of("s");
            c.look(c.p, 0, 36);
            c.look(c.s, 36);
        });
        on(36, "a scan on `s` alone", c -> {
            c.p.standbys = List.of("s");
            c.look(c.p, 0, 36);
            c.look(c.s, 0, 20);
            c.s.scan(day(21));
            c.look(c.s, 36);
        });
        on(50, "`s` was seen last 12 days ago", c -> {
            c.look(c.p, 0, 20, 50);
            c.look(c.s, 0, 38);
        });
        on(56, "`p` crashed on day 21, or was stopped at once, or all counters were reset", c -> {
            c.look(c.p, 0, 20);
            c.p.crash(day(21));
            c.look(c.p, 30, 56);
        });
        on(40, "the counters of one index or table were reset on day 21", c -> {
            c.look(c.p, 0, 20);
            c.p.databaseReset = day(21);
            c.look(c.p, 22, 40);
        });
        on(40, "a failover on day 21: `s` is the primary", c -> {
            c.look(c.p, 0, 20);
            c.look(c.s, 0, 20);
            c.s.recovery = false;
            c.s.receiving = false;
            c.s.timeline = 2;
            c.look(c.s, 22, 40);
        });
        on(60, "the same, and the old primary still answers", c -> {
            c.look(c.p, 0, 20);
            c.look(c.s, 0, 20);
            c.s.recovery = false;
            c.s.timeline = 2;
            c.look(c.s, 22, 60);
            c.look(c.p, 60);
        });
        on(36, "REINDEX CONCURRENTLY in between; it was scanned once before (PostgreSQL 16 and later keep when)", c -> {
            c.p.scan(day(-0.5));
            c.look(c.p, 0, 20);
            c.p.id = 17;
            c.look(c.p, 36);
        });
        on(36, "REINDEX CONCURRENTLY in between; it was never scanned", c -> {
            c.look(c.p, 0, 20);
            c.p.id = 17;
            c.look(c.p, 36);
        });
        on(36, "renamed in between", c -> {
            c.p.index = "before";
            c.p.definition = DEFINITION.replace(" i ", " before ");
            c.look(c.p, 0, 20);
            c.p.index = "i";
            c.p.definition = DEFINITION;
            c.look(c.p, 36);
        });
        on(40, "another definition since the last look", c -> {
            c.p.definition = DEFINITION + " WITH (fillfactor='70')";
            c.look(c.p, 0, 40);
        });
        on(50, "the clock of `p` went back, from day 40 to 30", c -> c.look(c.p, 0, 40, 30, 50));
        on(0, "only `s` was observed", c -> c.look(c.s, 0));

        String guide = Files.readString(GUIDE);
        String table = guide.substring(0, guide.indexOf(BEGIN) + BEGIN.length())
                + "\n| observed | by default, 35 days |\n|---|---|\n" + String.join("\n", rows) + "\n\n"
                + guide.substring(guide.indexOf(END));
        if (Boolean.getBoolean("dbopt.rewrite")) {
            Files.writeString(GUIDE, table);
        }
        assertThat(Files.readString(GUIDE)).isEqualTo(table);
    }
}
