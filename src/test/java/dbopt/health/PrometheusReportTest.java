package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrometheusReportTest {
    @Test
    void labels_are_escaped_as_the_format_demands() {
        TargetFigure target = new TargetFigure(
                "a \"quoted\"\\ \u001b[2J\nname",
                Optional.of(BigDecimal.ONE),
                "rows",
                Optional.empty(),
                BigDecimal.TEN,
                false,
                Optional.empty());
        Report report = new Report(
                Instant.EPOCH, "17", "host/\"a\\b\n\r as me", false, List.of(), List.of(), List.of(), List.of(target));
        assertThat(PrometheusReport.of(report))
                .contains("dbopt_target_measured{database=\"host/\\\"a\\\\b\\n\\\\u000d\",target=\"a \\\"quoted\\\"\\\\"
                        + " \\\\u001b[2J\\nname\",unit=\"rows\"} 1\n");
    }
}
