package dbopt.evidence;

import static dbopt.evidence.Looks.DEFINITION;
import static dbopt.evidence.Looks.day;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.evidence.UsageVerdict.Unknown;
import dbopt.evidence.UsageVerdict.Unused;
import dbopt.evidence.UsageVerdict.Used;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What observations prove, and which evidence is missing otherwise. */
@Tag("entrypoints")
class EvidenceTest {
    private static final Duration LONG_AGO = Duration.ofDays(100);

    private final Evidence evidence = new Evidence();
    private final Looks primary = Looks.primary("p");
    private final Looks standby = Looks.standby("s", LONG_AGO);

    private UsageVerdict verdict(double day) {
        return evidence.of("public", "i", DEFINITION, day(day), Duration.ofDays(Evidence.DAYS));
    }

    private void looks(Looks node, double... days) {
        for (double day : days) {
            evidence.add(node.look(day));
        }
    }

    private String missing(double day) {
        UsageVerdict verdict = verdict(day);
        assertThat(verdict).isInstanceOf(Unknown.class);
        return ((Unknown) verdict).code() + ": " + ((Unknown) verdict).missing();
    }

    private Unused unused(double day) {
        UsageVerdict verdict = verdict(day);
        assertThat(verdict).isInstanceOf(Unused.class);
        return (Unused) verdict;
    }

    @Test
    void two_observations_of_the_same_counter_prove_the_time_between_them() {
        looks(primary, 0, 36);
        Unused unused = unused(36);
        assertThat(unused.from()).isEqualTo(day(0));
        assertThat(unused.to()).isEqualTo(day(36));
        assertThat(unused.days()).isEqualTo(36);
        assertThat(unused.nodes()).containsExactly("p");
        assertThat(unused.monthEnds()).containsExactly(LocalDate.parse("2026-01-31"));
        assertThat(unused.use().reads()).isBetween(999.0, 1001.0);
        assertThat(unused.use().indexWrites()).isBetween(999.0, 1001.0);
    }

    @Test
    void a_scan_long_ago_means_no_scan_since() {
        primary.scans = 5;
        looks(primary, 0, 36);
        assertThat(unused(36).scans()).isEqualTo(5);
    }

    @Test
    void a_scan_between_observations_counts_as_use_until_it_is_long_ago() {
        looks(primary, 0, 10);
        primary.scan(day(11));
        looks(primary, 20, 40);
        assertThat(verdict(40)).isEqualTo(new Used(day(20)));
        looks(primary, 56);
        assertThat(unused(56).from()).isEqualTo(day(20));
    }

    @Test
    void too_short_a_time_proves_nothing_and_the_verdict_says_when_it_is_enough() {
        looks(primary, 0, 3);
        assertThat(missing(3))
                .isEqualTo(
                        "too_short: no scan in 3.0 of 35 days, since 2026-01-01T00:00:00Z (p was first observed then); if there is still none, this is enough on 2026-02-06");
    }

    @Test
    void one_observation_cannot_prove_a_once_scanned_index_unused() {
        primary.scans = 7;
        looks(primary, 0);
        assertThat(verdict(0)).isInstanceOf(Used.class);
    }

    @Test
    void an_idle_table_is_no_evidence() {
        primary.readsADay = 0.1;
        looks(primary, 0, 36);
        assertThat(missing(36))
                .isEqualTo(
                        "table_idle: its table is hardly used, which says nothing about its indexes: less than one read, or less than one row written, a day");
    }

    @Test
    void a_standby_that_scans_keeps_the_index() {
        primary.standbys = List.of("walreceiver 10.0.0.2");
        looks(primary, 0, 36);
        looks(standby, 0, 20);
        standby.scan(day(21));
        looks(standby, 36);
        assertThat(verdict(36)).isInstanceOf(Used.class);
    }

    @Test
    void an_unobserved_streaming_standby_makes_use_unknown() {
        primary.standbys = List.of("walreceiver 10.0.0.2");
        looks(primary, 0, 36);
        assertThat(missing(36))
                .isEqualTo(
                        "node_missing: 1 standby streams from the nodes (walreceiver 10.0.0.2), and none is observed: give every one as --node to dbopt observe");
        looks(standby, 36);
        assertThat(unused(36).nodes()).containsExactly("p", "s");
    }

    @Test
    void a_cascading_standby_must_be_observed_too() {
        primary.standbys = List.of("s");
        standby.standbys = List.of("cascaded");
        looks(primary, 0, 36);
        looks(standby, 0, 36);
        assertThat(missing(36))
                .startsWith("node_missing: 2 standbys stream from the nodes (s, cascaded), and observed is s");
    }

    @Test
    void a_standby_that_was_temporarily_unobserved_makes_that_time_unknown() {
        looks(primary, 0);
        primary.standbys = List.of("s");
        looks(primary, 10);
        primary.standbys = List.of();
        looks(primary, 36);
        assertThat(missing(36)).startsWith("node_missing: 1 standby");
    }

    @Test
    void the_evidence_ends_when_a_node_was_last_observed_and_becomes_stale() {
        looks(primary, 0, 20, 40);
        looks(standby, 0, 38);
        assertThat(unused(40).to()).isEqualTo(day(38));
        looks(primary, 50);
        assertThat(missing(50))
                .isEqualTo(
                        "stale: s was last observed at 2026-02-08T00:00:00Z: observe it again or, if it is gone for good, remove its lines from the file");
    }

    @Test
    void a_crash_and_a_reset_restart_the_evidence() {
        looks(primary, 0, 20);
        primary.crash(day(21));
        looks(primary, 30, 56);
        assertThat(missing(56)).contains("since 2026-01-31T00:00:00Z (the counters of p were reset or lost before)");
        primary.databaseReset = day(57);
        looks(primary, 58, 80);
        assertThat(missing(80)).contains("since 2026-02-28T00:00:00Z (the counters of p were reset or lost before)");
    }

    @Test
    void a_crash_of_a_standby_restarts_the_evidence_at_the_crash() {
        looks(primary, 0, 60);
        looks(standby, 0, 20);
        standby.crash(day(21));
        looks(standby, 60);
        assertThat(unused(60).from()).isEqualTo(day(21));
    }

    @Test
    void a_failover_restarts_the_evidence_and_the_old_primary_no_longer_counts() {
        primary.standbys = List.of("s");
        looks(primary, 0, 20);
        looks(standby, 0, 20);
        standby.recovery = false;
        standby.receiving = false;
        standby.timeline = 2;
        looks(standby, 21, 40);
        assertThat(missing(40))
                .contains("since 2026-01-22T00:00:00Z (s changed its role or timeline before, by a failover)");
        looks(standby, 57);
        assertThat(unused(57).nodes()).containsExactly("s");
    }

    @Test
    void with_two_primaries_use_is_unknown() {
        looks(primary, 0, 20);
        looks(standby, 0, 20);
        standby.recovery = false;
        standby.timeline = 2;
        looks(standby, 21, 60);
        looks(primary, 60);
        assertThat(missing(60)).startsWith("two_primaries: s and p have both been primaries since 2026-01-22");
    }

    @Test
    void a_clock_set_back_restarts_the_evidence() {
        looks(primary, 0, 40, 30, 50);
        assertThat(missing(50)).contains("since 2026-01-31T00:00:00Z (the clock of p went back before)");
    }

    @Test
    void a_rebuilt_index_restarts_the_evidence_unless_its_last_scan_is_the_same() {
        primary.scan(day(-0.5));
        looks(primary, 0, 20);
        primary.id = 17; // REINDEX CONCURRENTLY
        looks(primary, 36);
        assertThat(unused(36).from()).isEqualTo(day(0));
        primary.id = 18;
        primary.scans = 0;
        primary.lastScan = null;
        looks(primary, 40, 50);
        assertThat(missing(50)).contains("since 2026-02-10T00:00:00Z (the index was rebuilt before");
    }

    @Test
    void a_new_definition_restarts_the_evidence_and_a_new_name_does_not() {
        primary.index = "before";
        primary.definition = "CREATE INDEX before ON public.t USING btree (a)";
        looks(primary, 0, 20);
        primary.index = "i";
        primary.definition = DEFINITION;
        looks(primary, 36);
        assertThat(unused(36).from()).isEqualTo(day(0));
        primary.definition = "CREATE INDEX i ON public.t USING btree (a) WITH (fillfactor='70')";
        looks(primary, 40);
        assertThat(missing(40)).startsWith("definition_changed: ");
        primary.definition = DEFINITION;
        looks(primary, 50);
        assertThat(missing(50)).contains("(the definition of the index changed before)");
    }

    @Test
    void use_is_unknown_without_the_primary_or_the_index() {
        assertThat(missing(0)).startsWith("no_primary: ");
        looks(standby, 0);
        assertThat(missing(0)).startsWith("no_primary: ");
        evidence.add(primary.look(day(0), false));
        assertThat(missing(0)).startsWith("not_observed: ");
    }

    @Test
    void one_node_under_two_addresses_counts_as_one() {
        Looks alias = Looks.primary("alias");
        looks(primary, 0, 20);
        looks(alias, 0, 36);
        assertThat(unused(36).nodes()).containsExactly("alias");
    }

    @Test
    void two_clusters_are_reported_separately() {
        looks(primary, 0);
        primary.cluster = "2";
        looks(primary, 1);
        assertThat(evidence.clusters()).containsExactly("cluster 1, database app", "cluster 2, database app");
        assertThat(evidence.isOf("1", "app")).isFalse();
        assertThat(evidence.isOf("2", "app")).isTrue();
    }
}
