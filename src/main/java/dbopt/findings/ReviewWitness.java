package dbopt.findings;

import dbopt.accepted.IndexDefinition;
import dbopt.evidence.EvidenceFile;
import dbopt.evidence.PatternStatements;
import dbopt.evidence.UsageVerdict;
import dbopt.findings.ReviewEvidence.Says;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what the observations say about an index that a person has to judge: how often it was scanned, and which statements
 * match patterns.
 */
public final class ReviewWitness {
    private static final String OPERATOR_CLASS = "operator_class";
    private static final String PARTITIONED = "partitioned";
    private static final int LONGEST_TEXT = 120;
    private static final Pattern PATTERN_KEY = Pattern.compile("(.+) (?:\\w+\\.)?\\w+_pattern_ops\\b.*");
    private static final Pattern NAME = Pattern.compile("\"((?:[^\"]|\"\")+)\"|([\\w$]+)");

    private final EvidenceFile file;
    private final PatternStatements patterns;
    private final Instant now;

    /**
     * Prepares the observations of a file.
     *
     * @param now the current time by the server's clock
     */
    ReviewWitness(EvidenceFile file, Instant now) {
        this.file = file;
        this.patterns = file.evidence().patterns();
        this.now = now;
    }

    /**
     * Returns the finding with what the observations say about it; unchanged if the index serves no query, or has no counters
     * because it is partitioned.
     */
    IndexNeedingReview on(IndexNeedingReview finding) {
        if (finding.codes().isEmpty() || finding.codes().contains(PARTITIONED)) {
            return finding;
        }
        List<ReviewEvidence> evidence = new ArrayList<>(List.of(scans(finding)));
        if (finding.codes().contains(OPERATOR_CLASS)) {
            evidence.add(statements(finding));
        }
        return finding.with(evidence);
    }

    private ReviewEvidence scans(IndexNeedingReview finding) {
        UsageVerdict verdict =
                file.evidence().of(finding.schema(), finding.index(), finding.definition(), now, file.atLeast());
        if (verdict instanceof UsageVerdict.Unused unused) {
            return new ReviewEvidence(
                    "scans",
                    Says.FOR,
                    "none in %d days, from %s to %s, on %s"
                            .formatted(unused.days(), unused.from(), unused.to(), String.join(", ", unused.nodes())));
        }
        if (verdict instanceof UsageVerdict.Used used) {
            return new ReviewEvidence(
                    "scans",
                    Says.AGAINST,
                    "the last one before " + used.before()
                            + (finding.codes().contains(OPERATOR_CLASS)
                                    ? ", though it may have been for plain ="
                                    : ""));
        }
        UsageVerdict.Unknown unknown = (UsageVerdict.Unknown) verdict;
        return new ReviewEvidence("scans", Says.UNKNOWN, unknown.code() + ": " + unknown.missing());
    }

    private ReviewEvidence statements(IndexNeedingReview finding) {
        List<String> matching = patterns.on(finding.table(), columns(finding.definition()));
        if (!matching.isEmpty()) {
            return new ReviewEvidence(
                    "statements",
                    Says.AGAINST,
                    "%d with a pattern %s its table and column, such as: %s"
                            .formatted(
                                    matching.size(), matching.size() == 1 ? "names" : "name", shown(matching.get(0))));
        }
        if (!patterns.gaps().isEmpty()) {
            return new ReviewEvidence("statements", Says.UNKNOWN, String.join("; ", patterns.gaps()));
        }
        return new ReviewEvidence(
                "statements",
                Says.FOR,
                String.format(
                        Locale.ROOT,
                        "none of %,d has a pattern on its column; what views and functions hide is not seen",
                        patterns.observed()));
    }

    private static String shown(String statement) {
        String line = statement.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT) + " ...";
    }

    /**
     * Returns the columns of the keys that have a pattern operator class; if a key is an expression, every name in the list of
     * keys.
     */
    public static List<String> columns(String definition) {
        String method = IndexDefinition.of(definition).method();
        String keys = method.substring(method.indexOf('(') + 1);
        List<String> names = new ArrayList<>();
        for (String key : keys.contains("(") ? List.of(keys) : List.of(keys.split(",", -1))) {
            Matcher pattern = PATTERN_KEY.matcher(key.strip());
            if (pattern.matches()) {
                Matcher name = NAME.matcher(pattern.group(1));
                while (name.find()) {
                    names.add(
                            name.group(1) == null
                                    ? name.group(2)
                                    : name.group(1).replace("\"\"", "\""));
                }
            }
        }
        return names;
    }
}
