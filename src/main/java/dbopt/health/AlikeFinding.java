package dbopt.health;

import dbopt.guard.QualifiedName;
import dbopt.tenants.Alike;
import dbopt.tenants.EachSchema;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.TerminalText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a check found, as people read it: one finding for all equal schemas that it is made in. */
record AlikeFinding(Alike<Finding> alike, Set<String> allSchemas) {
    /** Up to so many statements are written out. */
    private static final int FEW = 3;

    /** The sum, where it is reported for several. */
    private static final Set<String> SUMMED = Set.of("bytes", "rows", "scans");

    /** Not the digits of a name. */
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w\"$])[0-9][0-9.,:-]*");

    AlikeFinding {
        allSchemas = Set.copyOf(allSchemas);
    }

    private record Same(
            Severity severity,
            String object,
            Optional<String> definition,
            String unit,
            String detail,
            Optional<String> fix) {}

    /** The findings of a check, in the order of the first of each. */
    static List<AlikeFinding> of(List<Finding> findings, EqualSchemas schemas) {
        return schemas.alike(findings, AlikeFinding::schema, finding -> same(finding, schemas)).stream()
                .flatMap(AlikeFinding::oneEach)
                .map(alike -> new AlikeFinding(alike, schemas.allSchemas()))
                .toList();
    }

    /** Two of one schema are two. */
    private static Stream<Alike<Finding>> oneEach(Alike<Finding> alike) {
        return alike.findings().size() == alike.schemas().size()
                ? Stream.of(alike)
                : alike.findings().stream()
                        .map(finding -> new Alike<>(List.of(finding), List.of(schema(finding)), alike.group()));
    }

    /** The schema of the finding; empty if it is not in one. */
    static String schema(Finding finding) {
        return name(finding).flatMap(QualifiedName::schema).orElse("");
    }

    private static Optional<QualifiedName> name(Finding finding) {
        return QualifiedName.parse(finding.object());
    }

    private static Object same(Finding finding, EqualSchemas schemas) {
        String schema = schema(finding);
        if (schemas.groupOf(schema).isEmpty()) {
            return new Object();
        }
        String name = name(finding).orElseThrow().name();
        return new Same(
                finding.severity(),
                name,
                schemas.definition(schema, name),
                finding.unit(),
                NUMBER.matcher(EachSchema.template(finding.detail(), schema)).replaceAll("#"),
                finding.fix().map(fix -> EachSchema.template(fix, schema)));
    }

    Severity severity() {
        return alike.first().severity();
    }

    /** The sum, or the largest where that says nothing. */
    String amount() {
        Finding first = alike.first();
        if (!alike.isOfSeveral()) {
            return first.amount();
        }
        return value().map(value -> (isSummed() ? "" : "up to ") + Units.text(value, first.unit()))
                .orElseGet(first::amount);
    }

    /** The {@link #amount} as a number to sort by. */
    Optional<BigDecimal> value() {
        return alike.findings().stream()
                .flatMap(finding -> finding.value().stream())
                .reduce(isSummed() ? BigDecimal::add : BigDecimal::max);
    }

    private boolean isSummed() {
        return SUMMED.contains(alike.first().unit());
    }

    /** What it is about: as SQL names it, or its name and the schemas. */
    String object() {
        return alike.isOfSeveral()
                ? name(alike.first()).orElseThrow().name() + " in " + alike.where()
                : alike.first().object();
    }

    /** What is said of all of them, or of the first. */
    String detail() {
        Finding first = alike.first();
        if (!alike.isOfSeveral()
                || alike.findings().stream().map(Finding::detail).distinct().count() == 1) {
            return first.detail();
        }
        return "in " + TerminalText.line(schema(first)) + ": " + first.detail();
    }

    /** The statements that put all of them right, each complete; of many, the query that writes them. */
    List<String> fixes() {
        List<String> fixes = new ArrayList<>(alike.findings().stream()
                .flatMap(finding -> finding.fix().stream())
                .map(fix -> fix + ";")
                .toList());
        if (fixes.size() <= FEW || !alike.isOfSeveral()) {
            return fixes;
        }
        Finding first = alike.first();
        return List.of(EachSchema.query(
                EachSchema.template(first.fix().orElseThrow(), schema(first)), alike.schemas(), allSchemas));
    }
}
