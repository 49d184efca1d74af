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

/**
 * A finding of a check as people read it: one finding for all equal schemas that have it.
 *
 * @param allSchemas every schema of the database
 */
record AlikeFinding(Alike<Finding> alike, Set<String> allSchemas) {
    /** The most statements that are written out; a query writes more than these. */
    private static final int FEW = 3;

    /** The units of figures that are added up when one finding covers several schemas. */
    private static final Set<String> SUMMED = Set.of("bytes", "rows", "scans");

    /** A number in a text, but not the digits of a name. */
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

    /** Combines the findings of a check that equal schemas share. The order is that of the first finding of each group. */
    static List<AlikeFinding> of(List<Finding> findings, EqualSchemas schemas) {
        return schemas.alike(findings, AlikeFinding::schema, finding -> same(finding, schemas)).stream()
                .flatMap(AlikeFinding::oneEach)
                .map(alike -> new AlikeFinding(alike, schemas.allSchemas()))
                .toList();
    }

    /** Separates combined findings again if a schema has more than one. */
    private static Stream<Alike<Finding>> oneEach(Alike<Finding> alike) {
        return alike.findings().size() == alike.schemas().size()
                ? Stream.of(alike)
                : alike.findings().stream()
                        .map(finding -> new Alike<>(List.of(finding), List.of(schema(finding)), alike.group()));
    }

    /** Returns the schema of the finding's object; empty if the object is in no schema. */
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

    /** The finding's figure with its unit. For several schemas it is the sum, or the largest figure if a sum has no meaning. */
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

    /** The object as SQL names it; for several schemas, its name and the schemas. */
    String object() {
        return alike.isOfSeveral()
                ? name(alike.first()).orElseThrow().name() + " in " + alike.where()
                : alike.first().object();
    }

    /** The detail that all schemas share, or else the detail of the first schema, with the schema's name. */
    String detail() {
        Finding first = alike.first();
        if (!alike.isOfSeveral()
                || alike.findings().stream().map(Finding::detail).distinct().count() == 1) {
            return first.detail();
        }
        return "in " + TerminalText.line(schema(first)) + ": " + first.detail();
    }

    /**
     * The statements that fix the finding in every schema, each complete. If there are many, a query that writes the
     * statements.
     */
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
