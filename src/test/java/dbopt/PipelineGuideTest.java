package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the guide to the pipeline, and its table of jobs. */
@Tag("entrypoints")
@Timeout(180)
class PipelineGuideTest {
    private static final Path GUIDE = Path.of("dev/guides/PIPELINE.md");
    private static final Pattern JOB = Pattern.compile("(?m)^(?<job>[a-z][\\w ]+):$");
    private static final List<String> NOT_JOBS = List.of("include", "stages", "workflow");

    @TempDir
    private Path folder;

    @Test
    void can_be_followed() {
        try (TestDatabase database = TestDatabase.audited()) {
            Guide.blocks(GUIDE).forEach(new GuideRun(database, folder, Map.of())::run);
            database.runAsSuperuser("drop role monitoring");
        }
    }

    @Test
    void names_every_job() throws IOException {
        String pipeline = Files.readString(Path.of(".gitlab-ci.yml"))
                + Files.readString(Path.of("dev/monitoring/watch.gitlab-ci.yml"));
        assertThat(Files.readString(GUIDE)
                        .lines()
                        .filter(line -> line.matches("\\| (verify|staging|production|monitoring) \\|.*"))
                        .map(line -> line.split(" \\| ", -1)[1])
                        .flatMap(jobs -> Stream.of(jobs.split(", ", -1))))
                .containsExactlyInAnyOrderElementsOf(JOB.matcher(pipeline)
                        .results()
                        .map(MatchResult::group)
                        .map(line -> line.replace(":", ""))
                        .filter(job -> !NOT_JOBS.contains(job))
                        .toList());
    }
}
