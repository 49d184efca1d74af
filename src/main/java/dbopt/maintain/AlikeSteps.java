package dbopt.maintain;

import static java.util.stream.Collectors.joining;

import dbopt.guard.QualifiedName;
import dbopt.tenants.Alike;
import dbopt.tenants.EqualSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Combines steps for people to read: one step for the same table in all equal schemas. Each step is still run separately. */
final class AlikeSteps {
    private static final Pattern COUNTED = Pattern.compile("([0-9][0-9,]*)( .*)");

    private AlikeSteps() {}

    private record Same(MaintenanceStep.Action action, String table, String owner, List<String> reasons) {}

    /**
     * Combines the steps that do the same for the same reasons in equal schemas. The order is that of the first step of each
     * group.
     */
    static List<Alike<MaintenanceStep>> of(List<MaintenanceStep> steps, EqualSchemas schemas) {
        return schemas.alike(
                steps,
                step -> schema(step.table().name()),
                step -> new Same(
                        step.action(),
                        name(step.table().name()),
                        step.table().owner(),
                        step.reasons().stream().map(AlikeSteps::uncounted).toList()));
    }

    /** Returns the schema of a table or an index that is named as in SQL. */
    static String schema(String qualified) {
        return QualifiedName.parse(qualified).flatMap(QualifiedName::schema).orElse("");
    }

    static String name(String qualified) {
        return QualifiedName.parse(qualified).map(QualifiedName::name).orElse(qualified);
    }

    /** Returns the statement; for several schemas, the statement for the table and the names of the schemas. */
    static String shown(Alike<MaintenanceStep> alike) {
        MaintenanceStep first = alike.first();
        return alike.isOfSeveral() ? first.shownOf(name(first.table().name())) + " in " + alike.where() : first.shown();
    }

    /** Returns the reasons for the steps, with the sum of the numbers in each reason. */
    static String reasons(Alike<MaintenanceStep> alike) {
        List<String> reasons = new ArrayList<>();
        for (int number = 0; number < alike.first().reasons().size(); number++) {
            int position = number;
            Matcher counted = COUNTED.matcher(alike.first().reasons().get(position));
            reasons.add(
                    counted.matches()
                            ? MaintenancePlan.count(alike.sum(
                                            step -> number(step.reasons().get(position))))
                                    + counted.group(2)
                            : alike.first().reasons().get(position));
        }
        return String.join("; ", reasons);
    }

    private static String uncounted(String reason) {
        return COUNTED.matcher(reason).replaceFirst("#$2");
    }

    private static long number(String reason) {
        Matcher counted = COUNTED.matcher(reason);
        return counted.matches() ? Long.parseLong(counted.group(1).replace(",", "")) : 0;
    }

    /** Returns a line for each combined step, indented. */
    static String lines(List<MaintenanceStep> steps, EqualSchemas schemas) {
        return of(steps, schemas).stream().map(AlikeSteps::shown).collect(joining("\n  "));
    }
}
