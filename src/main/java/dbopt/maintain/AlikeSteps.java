package dbopt.maintain;

import static java.util.stream.Collectors.joining;

import dbopt.guard.QualifiedName;
import dbopt.tenants.Alike;
import dbopt.tenants.EqualSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The steps as people read them: one for the same table of equal schemas. Each is run by itself all the same. */
final class AlikeSteps {
    private static final Pattern COUNTED = Pattern.compile("([0-9][0-9,]*)( .*)");

    private AlikeSteps() {}

    private record Same(MaintenanceStep.Action action, String table, String owner, List<String> reasons) {}

    /** Those together that do the same for the same reasons, in the order of the first of each. */
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

    /** The schema of a table or index that is named as in SQL. */
    static String schema(String qualified) {
        return QualifiedName.parse(qualified).flatMap(QualifiedName::schema).orElse("");
    }

    static String name(String qualified) {
        return QualifiedName.parse(qualified).map(QualifiedName::name).orElse(qualified);
    }

    /** The statement; of several, what is the same of them and where. */
    static String shown(Alike<MaintenanceStep> alike) {
        MaintenanceStep first = alike.first();
        return alike.isOfSeveral() ? first.shownOf(name(first.table().name())) + " in " + alike.where() : first.shown();
    }

    /** Why, with the sum of what was counted. */
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

    /** A line for each, indented. */
    static String lines(List<MaintenanceStep> steps, EqualSchemas schemas) {
        return of(steps, schemas).stream().map(AlikeSteps::shown).collect(joining("\n  "));
    }
}
