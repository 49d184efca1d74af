package dbopt.health;

import dbopt.guard.QualifiedName;
import dbopt.tenants.Alike;
import dbopt.tenants.EqualSchemas;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Judges an unused index in all equal schemas together: it is unused only if none of them scans it. */
final class UnusedInAll {
    private static final String CHECK = "unused_indexes";

    private UnusedInAll() {}

    /**
     * Returns the result without the indexes that an equal schema scans. One finding with their number and size stands for
     * them.
     */
    static CheckResult of(CheckResult result, EqualSchemas schemas) {
        if (!result.check().name().equals(CHECK)) {
            return result;
        }
        Set<Finding> elsewhere = new HashSet<>();
        schemas.alike(result.findings(), AlikeFinding::schema, UnusedInAll::name).stream()
                .filter(alike -> !isOfAll(alike, schemas))
                .forEach(alike -> elsewhere.addAll(alike.findings()));
        if (elsewhere.isEmpty()) {
            return result;
        }
        Finding stay = new Finding(
                Severity.INFO,
                "indexes: " + elsewhere.size(),
                elsewhere.stream().flatMap(finding -> finding.value().stream()).reduce(BigDecimal::add),
                "bytes",
                "no scan here, but in an equal schema: an index that one equal schema uses stays in all of them",
                Optional.empty());
        return new CheckResult(
                result.check(),
                Stream.concat(
                                result.findings().stream().filter(finding -> !elsewhere.contains(finding)),
                                Stream.of(stay))
                        .toList(),
                result.accepted());
    }

    private static boolean isOfAll(Alike<Finding> alike, EqualSchemas schemas) {
        return alike.group().isEmpty()
                || alike.schemas().size() >= schemas.count(alike.schemas().get(0), name(alike.first()));
    }

    private static String name(Finding finding) {
        return QualifiedName.parse(finding.object()).map(QualifiedName::name).orElse(finding.object());
    }
}
