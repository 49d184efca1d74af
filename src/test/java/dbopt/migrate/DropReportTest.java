package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.guard.DropBasis;
import dbopt.guard.GuardedDrop;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code migrate} reports about the indexes, for every basis of a drop. */
@Tag("entrypoints")
@Timeout(60)
class DropReportTest {
    private static final MigrationVersion V2 = MigrationVersion.fromVersion("2");
    private static final MigrationVersion V3 = MigrationVersion.fromVersion("3");

    @Test
    void names_the_index_that_is_kept_instead_if_there_is_one() {
        Map<MigrationVersion, GuardedDrop> drops = new TreeMap<>(Map.of(
                V2, new GuardedDrop("public.covered", new DropBasis.Covered("public.wider"), "D"),
                V3, new GuardedDrop("public.unused", new DropBasis.Unused(), "D")));
        assertThat(DropReport.of(
                                drops,
                                Set.of(V2, V3),
                                Map.of("public.covered", 8192L, "public.unused", 16384L),
                                Map.of())
                        .text())
                .isEqualTo(
                        """
                        index           before  after  kept instead  verdict
                        public.covered    8 kB      -  public.wider  dropped
                        public.unused    16 kB      -  -             dropped
                        Freed 24 kB.
                        """);
    }
}
