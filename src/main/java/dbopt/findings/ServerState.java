package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import java.time.LocalDate;
import java.util.Optional;

/**
 * The facts about the server that the audit's notes depend on.
 *
 * @param replicas how many servers replicate from this one; each counts the scans of its own queries
 * @param countedSince since when scans are counted; empty if that is unknown
 */
public record ServerState(String version, boolean isStandby, int replicas, Optional<LocalDate> countedSince) {
    private static final int OLDEST = 14;
    private static final int NEWEST = 18;

    public ServerState {
        requireNonNull(version, "version is null");
        requireNonNull(countedSince, "countedSince is null");
    }

    /**
     * Refuses a server whose catalog is unknown to the proof.
     *
     * @param product the text that {@code version()} returns
     * @param versionNumber the server's {@code server_version_num}
     * @throws CommandFailure if the server is not PostgreSQL, or of a version that is not supported
     */
    public static void requireSupported(String product, int versionNumber) {
        if (!product.startsWith("PostgreSQL ")
                || product.matches(".*(-YB-|Redshift|Greenplum|Materialize|openGauss).*")) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    This is not PostgreSQL: %s
                    The proof is based on PostgreSQL's own catalog and planner, so here it would prove nothing. Nothing was examined."""
                            .formatted(product));
        }
        int major = versionNumber / 10_000;
        if (major < OLDEST || major > NEWEST) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    This is PostgreSQL %d; the audit knows the catalogs of PostgreSQL %d to %d. Nothing was examined."""
                            .formatted(major, OLDEST, NEWEST));
        }
    }

    /** Returns where scans are counted and since when, as the end of a sentence. */
    public String scansCounted() {
        String since = countedSince.map(date -> "since " + date).orElse("since an unknown time");
        String where = isStandby ? "on this standby alone, " : "";
        String elsewhere = replicas == 0
                ? ""
                : replicas == 1 ? "; a replica counts its own" : "; " + replicas + " replicas count their own";
        return where + since + elsewhere;
    }
}
