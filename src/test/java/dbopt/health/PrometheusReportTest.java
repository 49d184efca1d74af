package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrometheusReportTest {
    @Test
    void each_check_links_to_its_explanation() {
        Check check = CheckRun.check("dead_rows");
        HealthReport report = new HealthReport(
                Instant.EPOCH,
                "17",
                "host/app as me",
                false,
                List.of(new CheckResult(check, List.of(), List.of())),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
        assertThat(PrometheusReport.of(report))
                .contains(
                        "dbopt_health_check_info{check=\"dead_rows\",database=\"host/app\",page=\"dev/guides/checks/dead_rows.md\"} 1\n");
    }

    @Test
    void labels_are_escaped_as_the_format_requires() {
        TargetFigure target = new TargetFigure(
                "a \"quoted\"\\ \u001b[2J\nname",
                Optional.of(BigDecimal.ONE),
                "rows",
                Optional.empty(),
                BigDecimal.TEN,
                false,
                Optional.empty());
        HealthReport report = new HealthReport(
                Instant.EPOCH,
                "17",
                "host/\"a\\b\n\r as me",
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(target),
                List.of(),
                Optional.empty());
        assertThat(PrometheusReport.of(report))
                .contains("dbopt_target_measured{database=\"host/\\\"a\\\\b\\n\\\\u000d\",target=\"a \\\"quoted\\\"\\\\"
                        + " \\\\u001b[2J\\nname\",unit=\"rows\"} 1\n");
    }
}
