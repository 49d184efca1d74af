package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("anyversion")
class HealthTextReportTest {
    private static TargetFigure target(String name, Optional<String> detail) {
        return new TargetFigure(
                name,
                Optional.of(new BigDecimal("1.31")),
                "ratio",
                Optional.of(new BigDecimal("1.43")),
                new BigDecimal("1.39"),
                false,
                detail);
    }

    @Test
    void the_components_of_an_index_ratio_are_listed_below_the_targets() {
        HealthReport report = new HealthReport(
                Instant.EPOCH,
                "17",
                "db",
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        target("Ratio of a", Optional.of("0.10 redundant, about 0.20 bloat, 1.01 needed")),
                        target("Ratio of b", Optional.empty()),
                        new TargetFigure(
                                "Scans of c",
                                Optional.empty(),
                                "scans",
                                Optional.empty(),
                                BigDecimal.TEN,
                                true,
                                Optional.empty())),
                List.of(),
                Optional.empty());
        assertThat(HealthTextReport.of(report, Integer.MAX_VALUE))
                .endsWith(
                        """
                        target      audit  goal  measured  verdict
                        Ratio of a   1.43  1.39      1.31  pass
                        Ratio of b   1.43  1.39      1.31  pass
                        Ratio of a: 0.10 redundant, about 0.20 bloat, 1.01 needed.
                        """);
    }
}
